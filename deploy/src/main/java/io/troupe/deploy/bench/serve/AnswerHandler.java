package io.troupe.deploy.bench.serve;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.util.function.Consumer;

/** Gives one answer of a connection to its reader, on the thread of the connection. */
final class AnswerHandler extends SimpleChannelInboundHandler<HttpObject> {
  private final HttpAnswer<?> answer;
  private final Consumer<Channel> onIdle;
  private final Runnable onClosed;
  private byte[] bytes = new byte[4096];
  private boolean hasBegun;
  private boolean isKeptAlive;

  /**
   * A handler for one request.
   *
   * @param onIdle gets the connection after the answer, if the server keeps it open
   * @param onClosed runs if the connection is closed before the answer begins
   */
  AnswerHandler(HttpAnswer<?> answer, Consumer<Channel> onIdle, Runnable onClosed) {
    this.answer = answer;
    this.onIdle = onIdle;
    this.onClosed = onClosed;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    answer.result().whenComplete((_, _) -> abandon(context));
  }

  /** Closes the connection if the answer goes on after its value. */
  private void abandon(ChannelHandlerContext context) {
    if (!context.isRemoved()) {
      context.close();
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject part) throws IOException {
    if (part.decoderResult().isFailure()) {
      throw new IOException("the answer must be HTTP/1.1", part.decoderResult().cause());
    }
    if (part instanceof HttpResponse response) {
      hasBegun = true;
      isKeptAlive = HttpUtil.isKeepAlive(response);
      answer.begin(response.status().code());
    }
    if (part instanceof HttpContent content) {
      read(content.content());
    }
    if (part instanceof LastHttpContent) {
      context.pipeline().remove(this);
      if (isKeptAlive) {
        onIdle.accept(context.channel());
      } else {
        context.close();
      }
      answer.end();
    }
  }

  private void read(ByteBuf content) throws IOException {
    int length = content.readableBytes();
    if (length > bytes.length) {
      bytes = new byte[length];
    }
    content.readBytes(bytes, 0, length);
    answer.add(bytes, length);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (hasBegun) {
      answer.fail(new IOException("the server closed the connection before the answer's end"));
    } else {
      onClosed.run();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (hasBegun || !(cause instanceof IOException)) {
      answer.fail(cause instanceof IOException e ? e : new IOException(cause));
    }
    context.close(); // and then channelInactive
  }
}
