package io.berth.platform;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** Settings of what every room stands on. */
@ConfigMapping(prefix = "berth.platform")
public interface PlatformConfig {

  /** The outbox. */
  OutboxConfig outbox();

  /** Encryption of secrets at rest. */
  SecretsConfig secrets();

  /** Addresses that users give and the service calls. */
  OutboundConfig outbound();

  /** How large the body of a request may be, except where files are taken. */
  @WithDefault("1M")
  MemorySize bodySizeMax();

  /** How long the answer to an idempotent request is kept; at least a day. */
  @WithDefault("P2D")
  @NotNull
  Duration idempotencyRetention();

  /** Delivery of events to consumers. */
  interface OutboxConfig {

    /** How often due deliveries are looked for; at least a second. */
    @WithDefault("1s")
    String pollInterval();

    /** How many deliveries one claim takes, from 1 to 500. */
    @WithDefault("50")
    @Min(1)
    @Max(500)
    int batchSize();

    /** How often a delivery is tried before it is set aside as dead, from 1 to 100. */
    @WithDefault("12")
    @Min(1)
    @Max(100)
    int attemptsMax();

    /**
     * How long a consumer may take over an event before that counts as a failure, from a
     * millisecond to an hour. A delivery that a replica died over comes due after twice this time.
     */
    @WithDefault("PT30S")
    @NotNull
    @DurationMin(millis = 1)
    @DurationMax(hours = 1)
    Duration handlingTimeout();

    /** The wait after a first failed try; doubles with each, up to five minutes. */
    @WithDefault("PT2S")
    @NotNull
    Duration retryDelay();
  }

  /** Encryption of secrets at rest. */
  interface SecretsConfig {

    /**
     * A Tink keyset of AEAD keys as JSON, in clear: give it through the environment, out of a
     * secret store. Without it the service does not start.
     */
    Optional<String> keyset();
  }

  /** Addresses that users give and the service calls. */
  interface OutboundConfig {

    /**
     * Whether addresses in private, loopback, link-local and other special-purpose ranges may be
     * called. For sandboxes, and for operators whose providers are in their own network.
     */
    @WithDefault("false")
    boolean allowPrivateAddresses();
  }
}
