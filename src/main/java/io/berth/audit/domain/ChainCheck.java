package io.berth.audit.domain;

import io.berth.audit.AuditEntry;
import io.berth.audit.ChainBreak;
import io.berth.audit.ChainBreak.Kind;
import io.berth.audit.Checkpoint;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Walks a chain from one position on, batch by batch, and stops at the first break. */
public final class ChainCheck {

  private final Signatures signatures;
  private String before;
  private long next;
  private long entries;
  private long checkpoints;
  private @Nullable Checkpoint lastCheckpoint;
  private @Nullable ChainBreak broken;

  /**
   * A check that starts at a position.
   *
   * @param before the hash at the position before it
   */
  public ChainCheck(long from, String before, Signatures signatures) {
    this.next = from;
    this.before = before;
    this.signatures = signatures;
  }

  /** Whose signatures count. */
  public interface Signatures {

    /** Whether the key is believed. */
    boolean knows(String keyId);

    /** Whether that key made the checkpoint's signature. */
    boolean verify(Checkpoint checkpoint);
  }

  /**
   * One sealed position.
   *
   * @param entry what was sealed; null where it is gone
   */
  public record Link(long position, String hash, @Nullable AuditEntry entry) {}

  /**
   * Takes the next positions.
   *
   * @param links in order
   * @param signed the checkpoints of the same stretch
   * @return whether all is well so far
   */
  public boolean accept(List<Link> links, List<Checkpoint> signed) {
    Map<Long, Checkpoint> bySealed =
        signed.stream().collect(Collectors.toMap(Checkpoint::position, Function.identity()));
    for (int i = 0; i < links.size() && broken == null; i++) {
      accept(links, i, bySealed.get(links.get(i).position()));
    }
    return broken == null;
  }

  /** Hears that a checkpoint was signed for a position that the chain does not reach. */
  public void endsBefore(Checkpoint checkpoint) {
    if (broken == null) {
      broken =
          new ChainBreak(
              next,
              Kind.MISSING_SEAL,
              "The chain ends here, but position %d was signed.".formatted(checkpoint.position()));
    }
  }

  private void accept(List<Link> links, int index, @Nullable Checkpoint checkpoint) {
    Link link = links.get(index);
    if (link.position() != next) {
      broken =
          new ChainBreak(
              next,
              Kind.MISSING_SEAL,
              "No seal has this position; the next one is %d.".formatted(link.position()));
      return;
    }
    if (link.entry() == null) {
      broken =
          new ChainBreak(
              next, Kind.MISSING_ENTRY, "The entry that was sealed here is not in the trail.");
      return;
    }
    String expected = CanonicalForm.hash(before, link.entry().canonical());
    if (!expected.equals(link.hash())) {
      broken = explain(links, index, expected);
      return;
    }
    if (checkpoint != null) {
      accept(checkpoint, expected);
    }
    if (broken == null) {
      before = expected;
      next++;
      entries++;
    }
  }

  /** What most likely was done, from what would fit instead. */
  private ChainBreak explain(List<Link> links, int index, String expected) {
    Link link = links.get(index);
    for (Link other : links.subList(index + 1, links.size())) {
      if (other.entry() != null) {
        String instead = CanonicalForm.hash(before, other.entry().canonical());
        if (instead.equals(link.hash()) || instead.equals(other.hash())) {
          return new ChainBreak(
              next,
              Kind.WRONG_ORDER,
              "Here was sealed what now stands at position %d, entry %s."
                  .formatted(other.position(), other.entry().id()));
        }
      }
    }
    Link following = index + 1 < links.size() ? links.get(index + 1) : null;
    if (following != null
        && following.entry() != null
        && CanonicalForm.hash(expected, following.entry().canonical()).equals(following.hash())) {
      return new ChainBreak(
          next,
          Kind.ALTERED_SEAL,
          "The entry fits to what follows, but the hash that stands here does not.");
    }
    return new ChainBreak(
        next,
        Kind.ALTERED_ENTRY,
        "Entry %s is not what was sealed."
            .formatted(link.entry() == null ? "" : link.entry().id()));
  }

  private void accept(Checkpoint checkpoint, String hash) {
    if (!signatures.knows(checkpoint.keyId())) {
      broken =
          new ChainBreak(
              checkpoint.position(),
              Kind.UNKNOWN_KEY,
              "The checkpoint names key %s, which this service does not believe: it must be its"
                      .formatted(checkpoint.keyId())
                  + " signing key or one of its earlier keys.");
    } else if (!signatures.verify(checkpoint)) {
      broken =
          new ChainBreak(
              checkpoint.position(),
              Kind.BAD_SIGNATURE,
              "The checkpoint is not what key %s signed.".formatted(checkpoint.keyId()));
    } else if (!checkpoint.hash().equals(hash)) {
      broken =
          new ChainBreak(
              checkpoint.position(),
              Kind.REWRITTEN_CHAIN,
              "The chain fits together but not with the hash that was signed here: something at or"
                  + " before this position was rewritten, after position %d."
                      .formatted(lastCheckpoint == null ? 0 : lastCheckpoint.position()));
    } else {
      checkpoints++;
      lastCheckpoint = checkpoint;
    }
  }

  /** The first position that was not yet found well. */
  public long next() {
    return next;
  }

  /** How many entries were found well. */
  public long entries() {
    return entries;
  }

  /** How many checkpoints were found well. */
  public long checkpoints() {
    return checkpoints;
  }

  /** The last of these. */
  public @Nullable Checkpoint lastCheckpoint() {
    return lastCheckpoint;
  }

  /** Where the chain is broken; null where it is not, so far. */
  public @Nullable ChainBreak broken() {
    return broken;
  }
}
