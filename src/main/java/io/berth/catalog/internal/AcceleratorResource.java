package io.berth.catalog.internal;

import io.berth.catalog.AcceleratorCatalog;
import io.berth.catalog.AcceleratorModel;
import io.berth.catalog.ExportClass;
import io.berth.catalog.internal.AcceleratorApi.PageView;
import io.berth.catalog.internal.AcceleratorApi.View;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.ProblemException;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The catalogue of accelerator models; the same for every caller. */
@Path("/v1/accelerators")
@Produces(MediaType.APPLICATION_JSON)
@Authenticated
@NonBlocking
@Tag(name = "Accelerators")
class AcceleratorResource {

  private static final String H20 =
      """
      {"id": "nvidia-h20", "name": "H20", "vendor": "NVIDIA", "vendorCountry": "US", "dataCentre": true,
       "memoryGb": {"min": 96, "max": 96}, "interconnectGbPerSecond": {"min": 900, "max": 900},
       "denseFp16Tflops": {"min": 148, "max": 148}, "denseLowBitTops": {"min": 296, "max": 296}, "lowBits": 8,
       "logicDieSquareMm": {"min": 814, "max": 814}, "tpp": {"min": 2368, "max": 2368},
       "performanceDensity": {"min": 2.91, "max": 2.91}, "dramGbPerSecond": {"min": 4000, "max": 4000},
       "classification": {"byFigures": "NOT_3A090", "possible": ["NOT_3A090"], "notificationException": false,
        "label": "outside 3A090.a/.b by params; is-informed 2025-04-09",
        "disagreement": "a source labels it 3A090.b, but TPP 2368 and performance density 2.91 allow only not 3A090"},
       "source": "A;B", "confidence": "medium", "note": "source A labels 3A090.b.2 - disagrees with own numbers"}
      """;

  private final AcceleratorCatalog catalog;

  AcceleratorResource(AcceleratorCatalog catalog) {
    this.catalog = catalog;
  }

  @GET
  @Operation(
      operationId = "listAccelerators",
      summary = "List accelerator models",
      description =
          "Every model that the marketplace knows, by id. A filter keeps only models that are certain to meet it.")
  @APIResponse(
      responseCode = "200",
      description = "A page of models.",
      content =
          @Content(
              schema = @Schema(implementation = PageView.class),
              examples =
                  @ExampleObject(
                      name = "not-controlled",
                      value = "{\"items\": [" + H20 + "], \"nextPageToken\": \"bnZpZGlhLWgyMA\"}")))
  @APIResponse(
      responseCode = "400",
      description =
          "A parameter is unknown or out of range, or the page token is not of this list.")
  public Page<View> list(
      @Parameter(description = "The maker's name, case ignored.", example = "NVIDIA") @RestQuery
          @Nullable String vendor,
      @Parameter(description = "Where the maker sits, ISO 3166-1 alpha-2.", example = "US")
          @RestQuery
          @Pattern(regexp = "[A-Z]{2}", message = "must be two capital letters")
          @Nullable String vendorCountry,
      @Parameter(description = "The class that the figures give.") @RestQuery
          @Nullable ExportClass classification,
      @Parameter(description = "The least memory, in gigabytes.", example = "80")
          @RestQuery
          @Min(value = 0, message = "must not be negative")
          @Nullable Integer memoryGbMin,
      @Parameter(description = "How many models a page holds, 1 to 200.") @RestQuery
          @Nullable Integer pageSize,
      @Parameter(description = "Where the page before ended.") @RestQuery
          @Nullable String pageToken) {
    PageRequest page =
        PageRequest.of(pageSize, pageToken, vendor, vendorCountry, classification, memoryGbMin);
    List<AcceleratorModel> models =
        catalog.all().stream()
            .filter(model -> vendor == null || model.vendor().equalsIgnoreCase(vendor))
            .filter(model -> vendorCountry == null || model.vendorCountry().equals(vendorCountry))
            .filter(model ->
                classification == null || model.classification().byFigures() == classification)
            .filter(model -> memoryGbMin == null || hasMemory(model, memoryGbMin))
            .filter(model -> page.after().map(last -> model.id().compareTo(last) > 0).orElse(true))
            .sorted(Comparator.comparing(AcceleratorModel::id))
            .limit(page.limit())
            .toList();
    return page.page(models, AcceleratorModel::id).map(View::of);
  }

  @GET
  @Path("/{id}")
  @Operation(
      operationId = "getAccelerator",
      summary = "Get an accelerator model",
      description = "With its figures, where they are from, and how export rules class it.")
  @APIResponse(
      responseCode = "200",
      description = "The model.",
      content =
          @Content(
              schema = @Schema(implementation = View.class),
              examples = @ExampleObject(name = "not-controlled", value = H20)))
  @APIResponse(responseCode = "404", description = "There is no such model.")
  public View get(
      @Parameter(description = "The model's slug.", example = "nvidia-h20") @RestPath String id) {
    return catalog
        .find(id)
        .map(View::of)
        .orElseThrow(() -> ProblemException.notFound("accelerator", id));
  }

  /** A model whose memory is unknown, or may be less, does not count as having that much. */
  private static boolean hasMemory(AcceleratorModel model, int gigabytes) {
    BigDecimal least = model.memoryGb().min();
    return least != null && least.compareTo(BigDecimal.valueOf(gigabytes)) >= 0;
  }
}
