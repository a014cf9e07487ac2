package io.berth.screening.domain;

import io.berth.screening.SourceList;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads a published list in whichever of its formats it comes. */
public final class ListFiles {

  private ListFiles() {}

  /**
   * Reads a file whole.
   *
   * @throws InvalidListException where it is not such a list, or passes a limit: nothing of it
   *     counts then
   */
  public static ParsedList read(SourceList list, InputStream in, ListLimits limits) {
    return switch (list) {
      case US_CSL -> ConsolidatedScreeningList.read(in, limits);
      case US_SDN -> sdn(new BufferedInputStream(in), limits);
      case EU_FSF -> EuList.read(in, limits);
      case UN_SC -> UnList.read(in, limits);
      case UK_SL -> UkList.read(in, limits);
    };
  }

  /** An archive begins with PK; everything else must be XML. */
  private static ParsedList sdn(BufferedInputStream in, ListLimits limits) {
    in.mark(2);
    boolean isArchive;
    try {
      isArchive = in.read() == 'P' && in.read() == 'K';
      in.reset();
    } catch (IOException e) {
      throw new InvalidListException("the file cannot be read: " + e.getMessage(), 0, 0, e);
    }
    return isArchive ? SdnCsv.read(in, limits) : SdnXml.read(in, limits);
  }
}
