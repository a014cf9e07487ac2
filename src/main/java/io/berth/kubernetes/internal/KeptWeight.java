package io.berth.kubernetes.internal;

import io.berth.platform.OrganizationId;

/**
 * How much memory what is kept of a cluster takes, in bytes or about that: bounded for itself, and
 * with all else that is kept of its provider's clusters.
 */
final class KeptWeight {

  private final long max;
  private final Shares<OrganizationId> shares;
  private final OrganizationId provider;
  private long all;
  private boolean isClosed;

  KeptWeight(long max, Shares<OrganizationId> shares, OrganizationId provider) {
    this.max = max;
    this.shares = shares;
    this.provider = provider;
  }

  /** Adds to it, be it less than nothing; tells whether there was room. */
  synchronized boolean add(long more) {
    if (isClosed || all + more > max || (more > 0 && !shares.take(provider, more))) {
      return false;
    }
    if (more < 0) {
      shares.giveBack(provider, -more);
    }
    all += more;
    return true;
  }

  /** Gives all of it back: nothing is kept any more. */
  synchronized void close() {
    if (!isClosed) {
      isClosed = true;
      shares.giveBack(provider, all);
    }
  }
}
