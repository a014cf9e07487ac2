package io.berth.policy;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Names a pack that judged; the wire form too.
 *
 * @param layer whose rules it holds
 * @param id the pack's own name
 * @param version the author's name for the version
 * @param hash SHA-256 of the text in UTF-8, lower-case hexadecimal
 */
@Schema(name = "PackReference", description = "A rule pack that judged")
public record PackRef(
    PackLayer layer,
    @Schema(examples = "export-baseline") String id,
    @Schema(examples = "2026.11.2") String version,
    @Schema(description = "SHA-256 of the pack's text, hexadecimal") String hash) {

  static PackRef of(PackLayer layer, RulePack pack) {
    return new PackRef(layer, pack.id(), pack.version(), pack.hash());
  }
}
