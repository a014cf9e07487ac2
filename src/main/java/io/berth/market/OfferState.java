package io.berth.market;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Where an offer is in its life; a state knows which actions it allows and where they lead. */
@Schema(
    description =
        "draft, seen by its provider only; published, found and leased by tenants; paused, off the list until published again; retired, off the list for good")
public enum OfferState {
  /** Being written: only its provider sees it. */
  @JsonProperty("draft")
  DRAFT,
  /** Listed: tenants find it and may lease by it. */
  @JsonProperty("published")
  PUBLISHED,
  /** Off the list until it is published again. */
  @JsonProperty("paused")
  PAUSED,
  /** Off the list for good. */
  @JsonProperty("retired")
  RETIRED;

  /** The state that the action leads to from here; empty where it is not allowed here. */
  public Optional<OfferState> after(OfferAction action) {
    return switch (this) {
      case DRAFT, PAUSED ->
          switch (action) {
            case PUBLISH -> Optional.of(PUBLISHED);
            case PAUSE -> Optional.empty();
            case RETIRE -> Optional.of(RETIRED);
          };
      case PUBLISHED ->
          switch (action) {
            case PUBLISH -> Optional.empty();
            case PAUSE -> Optional.of(PAUSED);
            case RETIRE -> Optional.of(RETIRED);
          };
      case RETIRED -> Optional.empty();
    };
  }

  /** What may be done with an offer in this state. */
  public Set<OfferAction> actions() {
    return Arrays.stream(OfferAction.values())
        .filter(action -> after(action).isPresent())
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(OfferAction.class)));
  }

  /** Whether price and terms may still change. */
  public boolean allowsChanges() {
    return this != RETIRED;
  }

  /** The name on the wire. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  public static OfferState fromString(String wire) {
    return Arrays.stream(values())
        .filter(state -> state.wire().equals(wire))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a state of an offer: " + wire));
  }
}
