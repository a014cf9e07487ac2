package io.berth.audit;

import io.berth.platform.Scope;
import io.smallrye.mutiny.Uni;

/**
 * What a room adds to the file of evidence about a lease. Rooms implement it as beans; the parts
 * are read one after the other, by step, and each may find ids that later ones look for.
 */
public interface EvidencePart {

  /** The lease itself. */
  int LEASE = 10;

  /** What hangs on it: its quote, its jobs, its order, what it uses. */
  int SUBJECTS = 20;

  /** What was decided about these. */
  int DECISIONS = 50;

  /** What that rests on, and whom and what it concerns. */
  int CONTEXT = 60;

  /** The part's name in the file, camelCase. */
  String name();

  /** When it is read; parts of one step are read in the order of their names. */
  int step();

  /**
   * Reads it: what becomes JSON, bounded, and without secrets.
   *
   * @param scope of one who may see everything
   * @param trace the ids that are known so far; found ones are added
   */
  Uni<?> read(Scope scope, EvidenceTrace trace);
}
