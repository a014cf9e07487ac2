package io.berth.inventory;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Something that a node's devices are said to be, and are not.
 *
 * @param kind what
 * @param listed what the catalogue or the listing says, in words
 * @param found what the device says or does, in words
 */
@Schema(description = "Something that a node's devices are listed as, and are not")
public record DeviceMismatch(
    Kind kind,
    @Schema(examples = "nvidia-h100-sxm") String listed,
    @Schema(examples = "NVIDIA A100-SXM4-80GB") String found) {

  /** What may differ. */
  @Schema(
      name = "DeviceMismatchKind",
      description =
          "VENDOR, the maker; NAME, the model by the name that the device gives, also where nobody"
              + " knows the name; COUNT, how many; MEMORY, how much each has; COPY and MULTIPLY,"
              + " measured at under half of what the catalogue says")
  public enum Kind {
    /** The maker. */
    VENDOR,
    /** The model, by the name that the device gives; also where nobody knows the name. */
    NAME,
    /** How many devices there are. */
    COUNT,
    /** How much memory each has. */
    MEMORY,
    /** How fast its memory is copied. */
    COPY,
    /** How fast it multiplies matrices. */
    MULTIPLY;

    /** Whether it differs a little each time that it is looked at. */
    public boolean isMeasured() {
      return this == COPY || this == MULTIPLY;
    }
  }
}
