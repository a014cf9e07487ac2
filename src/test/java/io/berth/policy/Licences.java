package io.berth.policy;

import static org.hamcrest.Matchers.is;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.OwnMarket;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Authorisations of tests, entered by one person and verified by another. */
public final class Licences {

  private Licences() {}

  /** One that is verified, for devices of a model in a country. */
  public static String verified(
      OrganizationId holder,
      String model,
      String country,
      String quantity,
      Instant from,
      Instant until) {
    String id = entered(holder, model, country, quantity, from, until);
    decide("officer-1", id, "verify", 202);
    return id;
  }

  /** One that is only entered. */
  public static String entered(
      OrganizationId holder,
      String model,
      String country,
      String quantity,
      Instant from,
      Instant until) {
    return OwnMarket.as(holder, Role.PROVIDER)
        .body(entry(model, country, quantity, from, until))
        .post("/v1/authorisations")
        .then()
        .statusCode(201)
        .body("state", is("entered"))
        .extract()
        .path("id");
  }

  /** One of an authority, or of nobody knows which, that is only entered. */
  public static String of(
      @Nullable String regime, OrganizationId holder, String model, String country, Instant from) {
    String body =
        entry(model, country, "{\"units\": 8}", from, from.plus(Duration.ofDays(90)))
            .replace(
                "\"regime\": \"US-BIS\",", regime == null ? "" : "\"regime\": \"" + regime + "\",");
    return OwnMarket.as(holder, Role.PROVIDER)
        .body(body)
        .post("/v1/authorisations")
        .then()
        .statusCode(201)
        .body("regime", is(regime))
        .extract()
        .path("id");
  }

  static String entry(String model, String country, String quantity, Instant from, Instant until) {
    return """
    {"authority": "US Bureau of Industry and Security", "regime": "US-BIS", "reference": "%s", "destinations": ["%s"],
     "models": ["%s"], "quantity": %s, "from": "%s", "until": "%s",
     "evidence": [{"kind": "licence-copy", "reference": "Vault 7"}]}
    """
        .formatted(UUID.randomUUID(), country, model, quantity, from, until);
  }

  /** What an officer of another organization says about it. */
  public static void decide(String officer, String id, String action, int status) {
    OwnMarket.officer(officer)
        .header("If-Match", "*")
        .body("{\"reason\": \"Looked it up.\"}")
        .post("/v1/authorisations/" + id + "/" + action)
        .then()
        .statusCode(status);
  }
}
