package io.troupe.streams.link.frame;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM (NIST SP 800-38D) with the counter of the frame as nonce and its header as associated
 * data. The key belongs to one start of one sender and one receiver, so that a counter is a nonce
 * only once.
 */
final class AesGcmSeal implements FrameSeal {
  private static final String TRANSFORMATION = "AES/GCM/NoPadding";
  private static final int NONCE_LENGTH = 12;

  private final SecretKey key;
  private final Cipher cipher;
  private final byte[] nonce = new byte[NONCE_LENGTH];

  AesGcmSeal(SecretKey key) {
    this.key = key;
    try {
      this.cipher = Cipher.getInstance(TRANSFORMATION);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the Java runtime must provide " + TRANSFORMATION, e);
    }
  }

  @Override
  public void seal(byte[] frame, long counter, byte[] payload, int length) {
    try {
      begin(Cipher.ENCRYPT_MODE, frame, counter);
      cipher.doFinal(payload, 0, length, frame, FrameHeader.LENGTH);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a frame cannot be encrypted: " + e.getMessage(), e);
    }
  }

  @Override
  public void open(byte[] frame, long counter, byte[] payload, int length)
      throws RejectedFrameException {
    try {
      begin(Cipher.DECRYPT_MODE, frame, counter);
      cipher.doFinal(frame, FrameHeader.LENGTH, length + TAG_LENGTH, payload, 0);
    } catch (AEADBadTagException e) {
      throw new RejectedFrameException(Rejection.BAD_TAG);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a frame cannot be decrypted: " + e.getMessage(), e);
    }
  }

  private void begin(int mode, byte[] frame, long counter) throws GeneralSecurityException {
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[NONCE_LENGTH - 1 - i] = (byte) (counter >>> (8 * i));
    }
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_LENGTH, nonce));
    cipher.updateAAD(frame, 0, FrameHeader.LENGTH);
  }
}
