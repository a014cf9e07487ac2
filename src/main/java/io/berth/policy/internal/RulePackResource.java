package io.berth.policy.internal;

import io.berth.policy.ActivePacks;
import io.berth.policy.RulePack;
import io.berth.policy.internal.DecisionApi.PackText;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Rule packs over REST; the same for every caller. */
@Path("/v1/rule-packs")
@Produces(MediaType.APPLICATION_JSON)
@Authenticated
@NonBlocking
@Tag(name = "Rule packs")
public class RulePackResource {

  private final ActivePacks active;

  RulePackResource(ActivePacks active) {
    this.active = active;
  }

  /** Reads the pack in force. */
  @GET
  @Path("/active")
  @Operation(
      operationId = "getActiveRulePack",
      summary = "Get the rule pack in force",
      description =
          "Its text as written, so that anybody can see by which rules decisions are made.")
  @APIResponse(
      responseCode = "200",
      description = "The pack with its text",
      content =
          @Content(
              schema = @Schema(implementation = PackText.class),
              examples = @ExampleObject(name = "baseline", value = DecisionExamples.PACK)))
  public PackText active() {
    RulePack pack = active.current().baseline();
    return new PackText(pack.id(), pack.version(), pack.hash(), pack.title(), pack.text());
  }
}
