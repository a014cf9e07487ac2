package io.berth.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** Settings of the audit trail. */
@ConfigMapping(prefix = "berth.audit")
public interface AuditConfig {

  /**
   * The private Ed25519 key that signs checkpoints, as {@code openssl genpkey -algorithm ed25519}
   * writes it (PKCS #8, PEM or its base64 alone): give it through the environment, out of a secret
   * store. Without it the service does not start.
   */
  Optional<String> signingKey();

  /**
   * Public keys of signing keys used before (X.509 SubjectPublicKeyInfo, PEM or its base64 alone):
   * what they signed counts on after the signing key was changed.
   */
  Optional<List<String>> earlierKeys();

  /** How often unsealed entries are looked for; at least a second. */
  @WithDefault("1s")
  String sealInterval();

  /** How many entries one transaction seals, from 1 to 5,000. */
  @WithDefault("500")
  @Min(1)
  @Max(5_000)
  int batchSize();

  /** How long a replica remains the sealer without a sign of life; at least a second. */
  @WithDefault("PT15S")
  @NotNull
  @DurationMin(seconds = 1)
  Duration claim();

  /** How long sealed entries wait for a signed checkpoint. */
  @WithDefault("PT1M")
  @NotNull
  Duration checkpointInterval();
}
