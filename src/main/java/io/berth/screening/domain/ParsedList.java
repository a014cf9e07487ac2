package io.berth.screening.domain;

import io.berth.screening.ListedParty;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a file says.
 *
 * @param asOf the day on which its authority made it; null where it does not say
 * @param parties in the file's order, no two with the same key
 */
public record ParsedList(@Nullable LocalDate asOf, List<ListedParty> parties) {

  /** Copies the list. */
  public ParsedList {
    parties = List.copyOf(parties);
  }
}
