package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One thing that differs between two versions of a pack; the wire form too.
 *
 * @param part what kind of thing
 * @param name which one: a rule's id, a group's or definition's name, the pack's id
 * @param how what became of it
 * @param member which member of it changed; null where all of it came or went
 * @param before what stood there; null where nothing did
 * @param after what stands there; null where nothing does
 * @param sentence the same for people
 */
@Schema(
    name = "RulePackChange",
    description = "One thing that differs between two versions of a pack")
public record PackChange(
    Part part,
    @Schema(
            description = "Which one: a rule's id, a group's or definition's name, the pack's id",
            examples = "no-h20")
        String name,
    How how,
    @Schema(
            description = "Which member of it changed; absent where all of it came or went",
            examples = "verdict")
        @Nullable String member,
    @Schema(examples = "WARN") @Nullable String before,
    @Schema(examples = "DENY") @Nullable String after,
    @Schema(examples = "Rule no-h20 now says DENY; it said WARN.") String sentence) {

  /** Parts of a pack. */
  @Schema(name = "RulePackPart", description = "pack, rule, group or definition")
  public enum Part {
    /** Its own members. */
    PACK,
    /** A rule. */
    RULE,
    /** A group of countries. */
    GROUP,
    /** A definition. */
    DEFINITION;

    /** The wire form. */
    @JsonValue
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What became of a part. */
  @Schema(name = "RulePackChangeKind", description = "added, removed or changed")
  public enum How {
    /** It is new. */
    ADDED,
    /** It is gone. */
    REMOVED,
    /** It is another. */
    CHANGED;

    /** The wire form. */
    @JsonValue
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
