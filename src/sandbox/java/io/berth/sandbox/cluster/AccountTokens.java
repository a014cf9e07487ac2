package io.berth.sandbox.cluster;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tokens that the cluster makes for service accounts. Whoever comes with one may read what a
 * tenant's role lets it read in the account's namespace, and nothing else: roles are not simulated.
 * They are kept in memory alone.
 */
final class AccountTokens {

  private static final Set<String> READABLE = Set.of("pods", "events", "jobs");
  private static final Duration LIFETIME_DEFAULT = Duration.ofHours(1);
  private static final Duration LIFETIME_MIN = Duration.ofMinutes(10);

  private final ObjectStore store;
  private final Clock clock = Clock.systemUTC();
  private final ConcurrentHashMap<String, Grant> grants = new ConcurrentHashMap<>();

  AccountTokens(ObjectStore store) {
    this.store = store;
  }

  /**
   * What a token stands for.
   *
   * @param uid the account that it was made for; one of the same name made later is another
   */
  record Grant(String namespace, String account, String uid, Instant expiresAt) {

    /** Throws a {@link Refusal} where an account may not do this. */
    void check(ResourcePath resource, boolean reads) {
      if (!reads
          || !resource.namespace().equals(namespace)
          || !READABLE.contains(resource.kind().plural())) {
        throw Refusal.forbidden(
            "%s is forbidden: User \"system:serviceaccount:%s:%s\" cannot do this"
                .formatted(resource.kind().qualifiedPlural(), namespace, account));
      }
    }
  }

  /** A token and until when it is good. */
  record Made(String token, Instant expiresAt) {}

  /** Makes one; throws a {@link Refusal} where there is no such account. */
  Made make(String namespace, String account, Optional<Duration> lifetime) {
    ServiceAccount found =
        store
            .find(ServiceAccount.class, namespace, account)
            .orElseThrow(() -> Refusal.notFound("serviceaccounts \"" + account + "\" not found"));
    Duration wanted = lifetime.orElse(LIFETIME_DEFAULT);
    if (wanted.compareTo(LIFETIME_MIN) < 0) {
      throw Refusal.invalid("spec.expirationSeconds: may not specify less than 10 minutes");
    }
    Instant now = clock.instant();
    grants.values().removeIf(grant -> grant.expiresAt().isBefore(now));
    Made made = new Made(UUID.randomUUID().toString(), now.plus(wanted));
    grants.put(
        made.token(),
        new Grant(namespace, account, found.getMetadata().getUid(), made.expiresAt()));
    return made;
  }

  /** Empty for a token that is unknown or over, or whose account is gone. */
  Optional<Grant> of(String token) {
    return Optional.ofNullable(grants.get(token))
        .filter(grant -> clock.instant().isBefore(grant.expiresAt()))
        .filter(grant ->
            store
                .find(ServiceAccount.class, grant.namespace(), grant.account())
                .filter(account -> account.getMetadata().getUid().equals(grant.uid()))
                .isPresent());
  }
}
