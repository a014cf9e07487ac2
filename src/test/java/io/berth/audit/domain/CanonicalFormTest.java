package io.berth.audit.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What outsiders check against, byte for byte: a change here breaks every check there is. */
class CanonicalFormTest {

  @Test
  void writesAnEntryAsNetstrings() {
    assertThat(
            CanonicalForm.of(
                "audit_1",
                CanonicalForm.time(Instant.parse("2026-11-23T19:43:00Z")),
                "anna",
                "",
                "test.happened",
                "lease_1",
                "{\"name\":\"Gärtnerei\"}"))
        .isEqualTo(
            "19:berth-audit-entry-1,7:audit_1,27:2026-11-23T19:43:00.000000Z,4:anna,0:,"
                + "13:test.happened,7:lease_1,21:{\"name\":\"Gärtnerei\"},");
  }

  @Test
  void writesACheckpointInLines() {
    assertThat(
            CanonicalForm.checkpoint(
                42, "ab".repeat(32), Instant.parse("2026-11-23T19:43:24.084735Z"), "0f1e"))
        .isEqualTo(
            "berth-audit-checkpoint-1\n42\n"
                + "ab".repeat(32)
                + "\n2026-11-23T19:43:24.084735Z\n0f1e\n");
  }

  @Test
  void hashesTheHashBeforeAsBytes() {
    // printf 'x' | cat <(head -c 32 /dev/zero) - | sha256sum
    assertThat(CanonicalForm.hash(CanonicalForm.HASH_BEFORE_FIRST, "x"))
        .isEqualTo("fdded6faced1af47fdaaac589602f58e0e040a882627806c42ddcc38da604cf0");
  }
}
