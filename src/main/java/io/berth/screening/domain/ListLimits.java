package io.berth.screening.domain;

/**
 * What a file may be at most, so that no file can exhaust the service.
 *
 * @param bytesMax its size, unpacked
 * @param entriesMax parties in it
 * @param depthMax how deep elements or objects nest
 * @param recordNodesMax elements and attributes of one record
 * @param textMax characters of one text
 */
public record ListLimits(
    long bytesMax, int entriesMax, int depthMax, int recordNodesMax, int textMax) {

  /**
   * Some ten times what the largest list needs today (SDN in advanced XML: 120 MB, 18,000 parties).
   */
  public static final ListLimits USUAL = new ListLimits(512L << 20, 250_000, 40, 100_000, 1 << 20);

  /** The same with another limit on size. */
  public ListLimits withBytesMax(long other) {
    return new ListLimits(other, entriesMax, depthMax, recordNodesMax, textMax);
  }
}
