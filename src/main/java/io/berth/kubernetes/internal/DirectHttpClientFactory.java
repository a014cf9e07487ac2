package io.berth.kubernetes.internal;

import io.fabric8.kubernetes.client.vertx.VertxHttpClientBuilder;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.vertx.core.Vertx;

/**
 * Makes HTTP clients that do not follow redirects: a cluster could else send us, with its token, to
 * an address that was never checked. The library asks every client to follow them.
 */
final class DirectHttpClientFactory extends VertxHttpClientFactory {

  private final Vertx vertx;

  DirectHttpClientFactory(Vertx vertx) {
    super(vertx);
    this.vertx = vertx;
  }

  @Override
  public VertxHttpClientBuilder<VertxHttpClientFactory> newBuilder() {
    return new Builder(this, vertx);
  }

  private static final class Builder extends VertxHttpClientBuilder<VertxHttpClientFactory> {

    private final Vertx vertx;

    Builder(VertxHttpClientFactory factory, Vertx vertx) {
      super(factory, vertx);
      this.vertx = vertx;
    }

    @Override
    public VertxHttpClientBuilder<VertxHttpClientFactory> followAllRedirects() {
      return this;
    }

    @Override
    protected VertxHttpClientBuilder<VertxHttpClientFactory> newInstance(
        VertxHttpClientFactory factory) {
      return new Builder(factory, vertx);
    }
  }
}
