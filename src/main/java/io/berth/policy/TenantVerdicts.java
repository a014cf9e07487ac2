package io.berth.policy;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.BitSetUtil;
import org.roaringbitmap.ImmutableBitmapDataProvider;

/**
 * The verdicts of all nodes for one tenant, use and period. Immutable, except that it remembers the
 * bitmap once that was asked for.
 */
public final class TenantVerdicts {

  private static final Verdict[] VERDICTS = Verdict.values();

  private final int[] classOfNode;
  private final byte[] verdictOfClass;
  private final Map<Integer, Byte> special;
  private volatile @Nullable ImmutableBitmapDataProvider allowed;

  /**
   * From verdicts of classes, as ordinals.
   *
   * @param special the verdicts of nodes that are special to the tenant
   */
  TenantVerdicts(int[] classOfNode, byte[] verdictOfClass, Map<Integer, Byte> special) {
    this.classOfNode = classOfNode;
    this.verdictOfClass = verdictOfClass;
    this.special = special;
  }

  /** The ordinal of a node's verdict: what a search over many nodes compares. */
  public byte verdict(int node) {
    if (!special.isEmpty()) {
      Byte own = special.get(node);
      if (own != null) {
        return own;
      }
    }
    return verdictOfClass[classOfNode[node]];
  }

  /** A node's verdict. */
  public Verdict verdictOf(int node) {
    return VERDICTS[verdict(node)];
  }

  /** The nodes that the tenant may use, warned or not, by number. */
  public ImmutableBitmapDataProvider allowed() {
    ImmutableBitmapDataProvider known = allowed;
    if (known == null) {
      known = BitSetUtil.bitmapOf(allowedWords());
      allowed = known;
    }
    return known;
  }

  private long[] allowedWords() {
    int[] permits = new int[verdictOfClass.length];
    for (int number = 0; number < permits.length; number++) {
      permits[number] = VERDICTS[verdictOfClass[number]].permits() ? 1 : 0;
    }
    long[] words = new long[(classOfNode.length + Long.SIZE - 1) / Long.SIZE];
    for (int node = 0; node < classOfNode.length; node++) {
      words[node / Long.SIZE] |= (long) permits[classOfNode[node]] << node;
    }
    special.forEach((node, verdict) -> {
      long bit = 1L << node;
      int word = node / Long.SIZE;
      words[word] = VERDICTS[verdict].permits() ? words[word] | bit : words[word] & ~bit;
    });
    return words;
  }
}
