package io.berth.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerificationTest {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
  private static final Evidence LASTING = new Evidence("passport", "C01X", null);

  @Test
  void lastsUntilItsFirstEvidenceExpires() {
    Verification verified =
        Verification.verified(
            "officer",
            NOW,
            "agrees",
            List.of(expiring(NOW.plusSeconds(20)), LASTING, expiring(NOW.plusSeconds(10))));

    assertThat(verified.expiresAt()).isEqualTo(NOW.plusSeconds(10));
    assertThat(verified.asOf(NOW.plusSeconds(10).minusNanos(1_000)).state())
        .isEqualTo(VerificationState.VERIFIED);
    assertThat(verified.asOf(NOW.plusSeconds(10)).state()).isEqualTo(VerificationState.UNVERIFIED);
    assertThat(verified.asOf(NOW.plusSeconds(10)).evidence()).hasSize(3);
  }

  @Test
  void lastsWithoutEndOnEvidenceThatDoesNotExpire() {
    Verification verified = Verification.verified("officer", NOW, "agrees", List.of(LASTING));

    assertThat(verified.asOf(Instant.MAX)).isEqualTo(verified);
  }

  @Test
  void keepsARejectionWhenItsEvidenceExpires() {
    Verification rejected = Verification.rejected("officer", NOW, "no", List.of(expiring(NOW)));

    assertThat(rejected.asOf(NOW.plusSeconds(1)).state()).isEqualTo(VerificationState.REJECTED);
  }

  private static Evidence expiring(Instant at) {
    return new Evidence("register-extract", "HRB 1", at);
  }
}
