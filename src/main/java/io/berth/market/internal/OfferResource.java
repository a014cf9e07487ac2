package io.berth.market.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.inventory.NodePoolId;
import io.berth.inventory.Verifications;
import io.berth.market.Offer;
import io.berth.market.OfferAction;
import io.berth.market.OfferId;
import io.berth.market.OfferState;
import io.berth.market.Offers;
import io.berth.platform.Database;
import io.berth.platform.MergePatch;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.Preconditions;
import io.berth.platform.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /v1/offers}. */
@Path("/v1/offers")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Offers")
public class OfferResource {

  private final Offers offers;
  private final OfferStore store;
  private final Verifications verifications;
  private final Database database;
  private final MergePatch mergePatch;
  private final Caller caller;

  OfferResource(
      Offers offers,
      OfferStore store,
      Verifications verifications,
      Database database,
      MergePatch mergePatch,
      Caller caller) {
    this.offers = offers;
    this.store = store;
    this.verifications = verifications;
    this.database = database;
    this.mergePatch = mergePatch;
    this.caller = caller;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.PROVIDER)
  @Operation(
      operationId = "createOffer",
      summary = "Draft an offer",
      description =
          "Offers the slots of one of the caller's own node pools. Tenants do not see it before it"
              + " is published.")
  @APIResponse(
      responseCode = "201",
      description = "The draft",
      headers = {
        @Header(name = "Location", schema = @Schema(implementation = String.class)),
        @Header(name = "ETag", schema = @Schema(implementation = String.class))
      },
      content =
          @Content(
              schema = @Schema(implementation = OfferApi.View.class),
              examples = @ExampleObject(name = "draft", value = OfferApi.VIEW_EXAMPLE)))
  @APIResponse(
      responseCode = "422",
      description =
          "The pool is not the caller's or its accelerator model is not known, or limits"
              + " contradict each other")
  public Uni<RestResponse<OfferApi.View>> create(
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = OfferApi.Create.class),
                      examples = @ExampleObject(name = "offer", value = OfferApi.CREATE_EXAMPLE)))
          @Valid
          @NotNull
          OfferApi.Create body) {
    return offers
        .draft(caller.scope(), body.pool(), body.toTerms())
        .chain(offer ->
            view(offer)
                .map(view ->
                    RestResponse.ResponseBuilder.<OfferApi.View>create(RestResponse.Status.CREATED)
                        .entity(view)
                        .header(HttpHeaders.LOCATION, "/v1/offers/" + offer.id())
                        .header(HttpHeaders.ETAG, Preconditions.etag(offer.version()))
                        .build()));
  }

  @GET
  @RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listOffers",
      summary = "List offers",
      description =
          "A tenant sees published offers, a provider its own in every state, operators and"
              + " compliance officers all. In the order in which they were made.")
  @APIResponse(
      responseCode = "200",
      description = "A page of offers",
      content =
          @Content(
              schema = @Schema(implementation = OfferApi.OfferPage.class),
              examples =
                  @ExampleObject(
                      name = "page",
                      value = "{\"items\": [" + OfferApi.VIEW_EXAMPLE + "]}")))
  public Uni<Page<OfferApi.View>> list(
      @Parameter(
              description = "Only offers in this state",
              schema =
                  @Schema(
                      type = SchemaType.STRING,
                      enumeration = {"draft", "published", "paused", "retired"}))
          @RestQuery
          @Nullable OfferState state,
      @Parameter(description = "Only offers of this node pool") @RestQuery
          @Nullable NodePoolId pool,
      @Parameter(description = "Items a page, from 1 to 200; 50 where absent") @RestQuery
          @Nullable Integer pageSize,
      @Parameter(description = "The nextPageToken of the page before") @RestQuery
          @Nullable String pageToken) {
    PageRequest page = PageRequest.of(pageSize, pageToken, "offers", state, pool);
    OfferSight sight = OfferSight.of(caller);
    return database
        .orm(caller.scope(), session -> store.list(session, sight, state, pool, page))
        .chain(found ->
            passedAt(found.items())
                .map(passed ->
                    found.map(offer -> OfferApi.View.of(offer, passed.get(offer.pool())))));
  }

  @GET
  @Path("/{offerId}")
  @RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "getOffer",
      summary = "Read an offer",
      description =
          "A published one for tenants, one's own in every state for providers, any for operators and compliance officers.")
  @APIResponse(
      responseCode = "200",
      description = "The offer",
      headers = @Header(name = "ETag", schema = @Schema(implementation = String.class)),
      content =
          @Content(
              schema = @Schema(implementation = OfferApi.View.class),
              examples = @ExampleObject(name = "offer", value = OfferApi.VIEW_EXAMPLE)))
  public Uni<RestResponse<OfferApi.View>> get(@RestPath OfferId offerId) {
    OfferSight sight = OfferSight.of(caller);
    return offers
        .get(caller.scope(), offerId)
        .invoke(offer -> {
          if (!sight.covers(offer)) {
            throw ProblemException.notFound("offer", offerId);
          }
        })
        .chain(offer -> answer(RestResponse.Status.OK, offer));
  }

  @PATCH
  @Path("/{offerId}")
  @Consumes({MergePatch.MEDIA_TYPE, MediaType.APPLICATION_JSON})
  @RolesAllowed(Role.PROVIDER)
  @Operation(
      operationId = "changeOffer",
      summary = "Change an offer's price and limits",
      description =
          "A JSON merge patch (RFC 7396), not for retired offers. Leases and quotes made on the"
              + " offer keep what they were made on.")
  @APIResponse(
      responseCode = "200",
      description = "The offer after the change",
      headers = @Header(name = "ETag", schema = @Schema(implementation = String.class)),
      content =
          @Content(
              schema = @Schema(implementation = OfferApi.View.class),
              examples = @ExampleObject(name = "cheaper", value = OfferApi.CHANGED_EXAMPLE)))
  @APIResponse(responseCode = "409", description = "The offer is retired")
  @APIResponse(responseCode = "412", description = "The offer has changed since it was read")
  @APIResponse(responseCode = "422", description = "Limits contradict each other")
  @APIResponse(responseCode = "428", description = "If-Match is missing")
  public Uni<RestResponse<OfferApi.View>> change(
      @RestPath OfferId offerId,
      @Parameter(description = "The ETag of the offer as it was read")
          @RestHeader(HttpHeaders.IF_MATCH)
          @Nullable String ifMatch,
      @RequestBody(
              content = {
                @Content(
                    mediaType = MergePatch.MEDIA_TYPE,
                    schema = @Schema(implementation = OfferApi.Terms.class),
                    examples = @ExampleObject(name = "cheaper", value = OfferApi.CHANGE_EXAMPLE)),
                @Content(
                    mediaType = MediaType.APPLICATION_JSON,
                    schema = @Schema(implementation = OfferApi.Terms.class),
                    examples = @ExampleObject(name = "cheaper", value = OfferApi.CHANGE_EXAMPLE))
              })
          @NotNull
          JsonNode body) {
    return offers
        .change(
            caller.scope(),
            offerId,
            ifMatch,
            terms ->
                mergePatch.apply(OfferApi.Terms.of(terms), body, OfferApi.Terms.class).toTerms())
        .chain(offer -> answer(RestResponse.Status.OK, offer));
  }

  @POST
  @Path("/{offerId}/publish")
  @RolesAllowed(Role.PROVIDER)
  @Operation(
      operationId = "publishOffer",
      summary = "Publish a draft or paused offer",
      description =
          "Tenants find it from now on. One offer of a pool is published at a time. Where the"
              + " marketplace verifies devices of the pool's vendor, the pool must have passed lately: to"
              + " be refused for that (code pool-not-verified) asks for a probe.")
  @APIResponse(
      responseCode = "202",
      description = "The offer, published",
      headers = @Header(name = "ETag", schema = @Schema(implementation = String.class)),
      content =
          @Content(
              schema = @Schema(implementation = OfferApi.View.class),
              examples = @ExampleObject(name = "published", value = OfferApi.PUBLISHED_EXAMPLE)))
  @APIResponse(
      responseCode = "409",
      description =
          "The offer is published or retired, its dates have passed, another offer of the pool is"
              + " published, or the pool is not verified")
  public Uni<RestResponse<OfferApi.View>> publish(@RestPath OfferId offerId) {
    return act(offerId, OfferAction.PUBLISH);
  }

  @POST
  @Path("/{offerId}/pause")
  @RolesAllowed(Role.PROVIDER)
  @Operation(
      operationId = "pauseOffer",
      summary = "Pause a published offer",
      description = "Tenants do not find it until it is published again; leases go on.")
  @APIResponse(
      responseCode = "202",
      description = "The offer, paused",
      headers = @Header(name = "ETag", schema = @Schema(implementation = String.class)),
      content =
          @Content(
              schema = @Schema(implementation = OfferApi.View.class),
              examples = @ExampleObject(name = "paused", value = OfferApi.PAUSED_EXAMPLE)))
  @APIResponse(responseCode = "409", description = "The offer is not published")
  public Uni<RestResponse<OfferApi.View>> pause(@RestPath OfferId offerId) {
    return act(offerId, OfferAction.PAUSE);
  }

  @POST
  @Path("/{offerId}/retire")
  @RolesAllowed(Role.PROVIDER)
  @Operation(
      operationId = "retireOffer",
      summary = "Retire an offer",
      description = "Takes it off the list for good; leases go on.")
  @APIResponse(
      responseCode = "202",
      description = "The offer, retired",
      headers = @Header(name = "ETag", schema = @Schema(implementation = String.class)),
      content =
          @Content(
              schema = @Schema(implementation = OfferApi.View.class),
              examples = @ExampleObject(name = "retired", value = OfferApi.RETIRED_EXAMPLE)))
  @APIResponse(responseCode = "409", description = "The offer is retired already")
  public Uni<RestResponse<OfferApi.View>> retire(@RestPath OfferId offerId) {
    return act(offerId, OfferAction.RETIRE);
  }

  private Uni<RestResponse<OfferApi.View>> act(OfferId offerId, OfferAction action) {
    return offers
        .act(caller.scope(), offerId, action)
        .chain(offer -> answer(RestResponse.Status.ACCEPTED, offer));
  }

  private Uni<RestResponse<OfferApi.View>> answer(RestResponse.Status status, Offer offer) {
    return view(offer)
        .map(view ->
            RestResponse.ResponseBuilder.<OfferApi.View>create(status)
                .entity(view)
                .header(HttpHeaders.ETAG, Preconditions.etag(offer.version()))
                .build());
  }

  private Uni<OfferApi.View> view(Offer offer) {
    return passedAt(List.of(offer))
        .map(passed -> OfferApi.View.of(offer, passed.get(offer.pool())));
  }

  private Uni<Map<NodePoolId, Instant>> passedAt(List<Offer> offers) {
    return verifications.passedAt(caller.scope(), offers.stream().map(Offer::pool).toList());
  }
}
