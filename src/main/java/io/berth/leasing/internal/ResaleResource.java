package io.berth.leasing.internal;

import io.berth.booking.PolicyRefused;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.identity.UseProfile;
import io.berth.leasing.ResaleId;
import io.berth.leasing.internal.LeaseApi.LeaseView;
import io.berth.leasing.internal.ResaleApi.BuyRequest;
import io.berth.leasing.internal.ResaleApi.ResalePage;
import io.berth.leasing.internal.ResaleApi.ResaleView;
import io.berth.platform.PageRequest;
import io.berth.platform.Problem;
import io.berth.platform.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /v1/resales}. */
@Path("/v1/resales")
@Tag(name = "Resales")
@Produces(MediaType.APPLICATION_JSON)
public class ResaleResource {

  private static final int VALUES_MAX = 250;

  private final Resales resales;
  private final ResaleViews views;
  private final AcceleratorCatalog catalog;
  private final Caller caller;

  ResaleResource(Resales resales, ResaleViews views, AcceleratorCatalog catalog, Caller caller) {
    this.resales = resales;
    this.views = views;
    this.catalog = catalog;
    this.caller = caller;
  }

  /** Searches. */
  @GET
  @RolesAllowed({Role.TENANT, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listResales",
      summary = "Find rests of leases that tenants sell",
      description =
          "What others offer and can be bought, the lowest price first, with what policy says of the"
              + " caller's organization and use: what may not be bought is shown with the reasons."
              + " Who sells is not named. With mine=true the caller's own offers in any state, oldest"
              + " first; for operators and compliance officers everybody's. Repeat a parameter to name"
              + " several values.")
  @APIResponse(
      responseCode = "200",
      description = "A page of resales.",
      content =
          @Content(
              schema = @Schema(implementation = ResalePage.class),
              examples = @ExampleObject(name = "one", value = ResaleExamples.PAGE)))
  public Uni<ResalePage> list(
      @RestQuery
          @Parameter(
              description = "Own offers instead, in any state; no other filter goes with it.",
              schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
          @Nullable Boolean mine,
      @RestQuery @Parameter(description = "Catalogue ids.", example = "[\"nvidia-h100-sxm\"]")
          @Nullable List<String> model,
      @RestQuery
          @Parameter(
              description = "ISO 3166-1 alpha-2 countries; all nodes are in one of them.",
              example = "[\"FI\", \"DE\"]")
          @Nullable List<String> country,
      @RestQuery
          @Parameter(
              description = "Region labels; all nodes are in one of them.",
              example = "[\"fi-hel-1\"]")
          @Nullable List<String> region,
      @RestQuery @Parameter(description = "With at least so many.", example = "8")
          @Nullable Integer acceleratorsMin,
      @RestQuery @Parameter(description = "With at most so many.", example = "64")
          @Nullable Integer acceleratorsMax,
      @RestQuery
          @Parameter(
              description =
                  "At most so much an accelerator-hour, in millionths of the market's currency.",
              example = "3500000")
          @Nullable Long priceMicrosMax,
      @RestQuery
          @Parameter(
              description =
                  "How the device is got at; as in the organization's profile where absent.",
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"remote", "possession"}))
          @Nullable String mode,
      @RestQuery
          @Parameter(
              description = "What for; as in the organization's profile where absent.",
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"training", "inference"}))
          @Nullable String workload,
      @RestQuery
          @Parameter(
              description = "Where data may lie; as in the organization's profile where absent.",
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"none", "eea-only"}))
          @Nullable String dataResidency,
      @RestQuery
          @Parameter(
              description =
                  "Whether a US person or site takes part; as in the organization's profile where"
                      + " absent.")
          @Nullable Boolean usNexus,
      @RestQuery @Nullable Integer pageSize,
      @RestQuery @Nullable String pageToken) {
    boolean own = Boolean.TRUE.equals(mine);
    PageRequest page =
        PageRequest.of(
            pageSize,
            pageToken,
            "resales",
            own,
            model,
            country,
            region,
            acceleratorsMin,
            acceleratorsMax,
            priceMicrosMax,
            mode,
            workload,
            dataResidency,
            usNexus);
    if (own) {
      return views.own(caller.scope(), page);
    }
    ResaleStore.Query query =
        new ResaleStore.Query(
            values(model, "model"),
            values(country, "country"),
            values(region, "region"),
            acceleratorsMin,
            acceleratorsMax,
            priceMicrosMax);
    check(query);
    requireOneOf(mode, Set.of("remote", "possession"), "mode");
    requireOneOf(workload, Set.of("training", "inference"), "workload");
    requireOneOf(dataResidency, Set.of("none", "eea-only"), "dataResidency");
    return views.search(
        caller.organization(), query, new UseProfile(mode, workload, dataResidency, usNexus), page);
  }

  private void check(ResaleStore.Query query) {
    for (String model : query.models()) {
      if (catalog.find(model).isEmpty()) {
        throw ProblemException.malformed(
            "?model",
            "There is no accelerator model '" + model + "': GET /v1/accelerators lists them.");
      }
    }
    for (String country : query.countries()) {
      if (!Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2).contains(country)) {
        throw ProblemException.malformed(
            "?country", "'" + country + "' is not an ISO 3166-1 alpha-2 country code, such as FI.");
      }
    }
  }

  private static Set<String> values(@Nullable List<String> asked, String name) {
    if (asked == null) {
      return Set.of();
    }
    if (asked.size() > VALUES_MAX) {
      throw ProblemException.malformed("?" + name, "At most " + VALUES_MAX + " values.");
    }
    return Set.copyOf(asked);
  }

  private static void requireOneOf(@Nullable String value, Set<String> known, String name) {
    if (value != null && !known.contains(value)) {
      throw ProblemException.malformed("?" + name, "'" + value + "' is none of " + known + ".");
    }
  }

  /** Reads one. */
  @GET
  @Path("/{id}")
  @RolesAllowed({Role.TENANT, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "getResale",
      summary = "Read the offer of the rest of a lease",
      description = "Its seller sees it in any state, others while it can be bought.")
  @APIResponse(
      responseCode = "200",
      description = "The offer as it stands.",
      content =
          @Content(
              schema = @Schema(implementation = ResaleView.class),
              examples = {
                @ExampleObject(name = "another's", value = ResaleExamples.FOUND),
                @ExampleObject(name = "own", value = ResaleExamples.OPEN)
              }))
  @APIResponse(
      responseCode = "404",
      description = "No such offer of the caller's, nor one of another's that can be bought.")
  public Uni<ResaleView> get(@RestPath ResaleId id) {
    return views.get(caller.scope(), id);
  }

  /** Withdraws. */
  @POST
  @Path("/{id}/withdraw")
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed(Role.TENANT)
  @ResponseStatus(202)
  @Operation(
      operationId = "withdrawResale",
      summary = "Withdraw the offer of the rest of a lease",
      description = "For its seller. Withdrawing again changes nothing.")
  @APIResponse(
      responseCode = "202",
      description = "The offer, withdrawn.",
      content =
          @Content(
              schema = @Schema(implementation = ResaleView.class),
              examples = @ExampleObject(name = "withdrawn", value = ResaleExamples.WITHDRAWN)))
  @APIResponse(responseCode = "404", description = "No such offer of the caller's.")
  @APIResponse(responseCode = "409", description = "It was sold.")
  public Uni<ResaleView> withdraw(@RestPath ResaleId id) {
    return resales.withdraw(caller.scope(), id);
  }

  /** Buys. */
  @POST
  @Path("/{id}/buy")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.TENANT)
  @Operation(
      operationId = "buyResale",
      summary = "Buy the rest of a lease",
      description =
          "The rest of the lease is judged for the caller on exactly its nodes, and its price at what"
              + " the seller asks is set aside. The caller has a lease of its own on the same"
              + " accelerators, from the next whole minute or from when the seller offers it on;"
              + " nothing that the former tenant had on them comes with it. Repeat the request with"
              + " the same Idempotency-Key to get the same answer.")
  @APIResponse(
      responseCode = "201",
      description = "The caller's lease, reserved.",
      content =
          @Content(
              schema = @Schema(implementation = LeaseView.class),
              examples = @ExampleObject(name = "reserved", value = LeaseExamples.RESERVED)))
  @APIResponse(responseCode = "404", description = "No such offer.")
  @APIResponse(
      responseCode = "409",
      description =
          "It was sold or withdrawn, its time has passed, the lease has changed since, or the same key"
              + " is being worked on.")
  @APIResponse(
      responseCode = "422",
      description =
          "Policy does not permit the lease to the caller (policy-refused, with reasons, decisionId"
              + " and alternatives), its account holds too little (insufficient-funds), it costs more"
              + " than totalMax, it is the caller's own, or the key belongs to another request.",
      content =
          @Content(
              mediaType = Problem.MEDIA_TYPE,
              schema = @Schema(anyOf = {PolicyRefused.class, Problem.class}),
              examples = {@ExampleObject(name = "policy-refused", value = LeaseExamples.REFUSED)}))
  public Uni<Response> buy(
      @RestPath ResaleId id,
      @RestHeader("Idempotency-Key") @Parameter(required = true, example = "6f1e4b0a-buy-1")
          @Nullable String idempotencyKey,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = BuyRequest.class),
                      examples = @ExampleObject(name = "use", value = ResaleExamples.BUY)))
          @Valid
          @NotNull
          BuyRequest body) {
    return resales.buy(caller.scope(), idempotencyKey, id, body);
  }
}
