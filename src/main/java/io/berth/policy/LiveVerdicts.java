package io.berth.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.roaringbitmap.ImmutableBitmapDataProvider;

/**
 * Verdicts that follow the packs. Whoever looks up never waits: a change of packs or nodes is
 * worked out beside, by the thread that announces it, and then put in place at once.
 *
 * <p>A tenant, its use and a period together are known by a number, which stays the same over all
 * changes. They are forgotten only all together, by {@link #restart}.
 */
public final class LiveVerdicts {

  /** Bounds the memory: a row takes a byte a class of nodes. */
  public static final int TENANTS_COUNT_MAX = 100_000;

  private final Map<IndexedTenant, Integer> numbers = new ConcurrentHashMap<>();
  private volatile Table table;

  /** What is looked up in; replaced as a whole. */
  private record Table(VerdictIndex index, List<IndexedTenant> tenants, TenantVerdicts[] rows) {}

  /** For nobody yet. */
  public LiveVerdicts(VerdictIndex index) {
    this.table = new Table(index, List.of(), new TenantVerdicts[0]);
  }

  /**
   * The number by which a tenant is asked about; its verdicts are worked out where it is new.
   *
   * @throws IllegalStateException where there are {@value #TENANTS_COUNT_MAX} already
   */
  public int tenantClass(IndexedTenant tenant) {
    Integer known = numbers.get(tenant);
    return known == null ? add(tenant) : known;
  }

  /** The ordinal of a node's verdict for a tenant. */
  public byte verdict(int tenantClass, int node) {
    return table.rows[tenantClass].verdict(node);
  }

  /** The nodes that a tenant may use, by number. */
  public ImmutableBitmapDataProvider allowed(int tenantClass) {
    return table.rows[tenantClass].allowed();
  }

  /** Judges by other packs from when this returns on; takes as long as it takes. */
  public void replace(PackSet packs) {
    while (true) {
      Table old = table;
      VerdictIndex index = old.index.with(packs);
      TenantVerdicts[] rows =
          old.tenants.stream().map(index::verdicts).toArray(TenantVerdicts[]::new);
      if (swap(old, new Table(index, old.tenants, rows))) {
        return;
      }
    }
  }

  /** Holds other nodes, and nobody yet. */
  public synchronized void restart(VerdictIndex index) {
    numbers.clear();
    table = new Table(index, List.of(), new TenantVerdicts[0]);
  }

  private synchronized boolean swap(Table old, Table fresh) {
    if (table != old) {
      return false;
    }
    table = fresh;
    return true;
  }

  private synchronized int add(IndexedTenant tenant) {
    Integer known = numbers.get(tenant);
    if (known != null) {
      return known;
    }
    Table old = table;
    int number = old.rows.length;
    if (number == TENANTS_COUNT_MAX) {
      throw new IllegalStateException("too many tenant classes");
    }
    List<IndexedTenant> tenants = new ArrayList<>(old.tenants);
    tenants.add(tenant);
    TenantVerdicts[] rows = Arrays.copyOf(old.rows, number + 1);
    rows[number] = old.index.verdicts(tenant);
    table = new Table(old.index, List.copyOf(tenants), rows);
    numbers.put(tenant, number);
    return number;
  }
}
