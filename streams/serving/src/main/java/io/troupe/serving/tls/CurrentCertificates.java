package io.troupe.serving.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts what another manager trusts, if no certificate of the chain has expired. The JDK does not
 * check the dates of a certificate that is itself in the list of trusted ones.
 */
final class CurrentCertificates extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager others;
  private final InstantSource clock;

  CurrentCertificates(X509ExtendedTrustManager others, InstantSource clock) {
    this.others = others;
    this.clock = clock;
  }

  private void requireCurrent(X509Certificate[] chain) throws CertificateException {
    Date now = Date.from(clock.instant());
    for (X509Certificate certificate : chain) {
      certificate.checkValidity(now);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    requireCurrent(chain);
    others.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    requireCurrent(chain);
    others.checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    requireCurrent(chain);
    others.checkClientTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    requireCurrent(chain);
    others.checkServerTrusted(chain, authType, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    requireCurrent(chain);
    others.checkServerTrusted(chain, authType, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    requireCurrent(chain);
    others.checkServerTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return others.getAcceptedIssuers();
  }
}
