package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.platform.OrganizationId;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Names a pack that judged, with what is needed to let it judge the same again; the wire form too.
 *
 * @param layer whose rules it holds
 * @param id the pack's own name
 * @param version the author's name for the version
 * @param hash SHA-256 of the text in UTF-8, lower-case hexadecimal
 * @param owner the provider or tenant whose pack it is; null for the platform's
 * @param from from when it judged, for a version that was scheduled; null where it was in force
 */
@Schema(name = "PackReference", description = "A rule pack that judged")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PackRef(
    PackLayer layer,
    @Schema(examples = "export-baseline") String id,
    @Schema(examples = "2026.11.4") String version,
    @Schema(description = "SHA-256 of the pack's text, hexadecimal") String hash,
    @Schema(description = "The provider or tenant whose pack it is; absent for the platform's")
        @Nullable OrganizationId owner,
    @Schema(
            description =
                "From when it judged, for a version that was scheduled; absent where it was in"
                    + " force")
        @Nullable Instant from) {}
