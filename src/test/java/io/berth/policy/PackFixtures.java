package io.berth.policy;

import static io.restassured.RestAssured.given;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthResource;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Packs in the service under test, of rules that meet nobody but who the test made up. */
public final class PackFixtures {

  /** The organization of the people who run the marketplace. */
  public static final OrganizationId HOUSE = OrganizationId.fresh();

  private PackFixtures() {}

  /** A person. */
  public static RequestSpecification as(String subject, OrganizationId organization, String role) {
    return given().auth().oauth2(BerthResource.tokenOf(subject, organization, role));
  }

  /** An operator. */
  public static RequestSpecification operator() {
    return as("olga", HOUSE, Role.OPERATOR);
  }

  /** A compliance officer. */
  public static RequestSpecification officer() {
    return as("otto", HOUSE, Role.COMPLIANCE);
  }

  /** A fresh name for a pack. */
  public static String freshName() {
    return "test-" + UUID.randomUUID();
  }

  /** One rule that denies under a condition. */
  public static String ban(String name, String version, String condition) {
    return """
    id: %s
    version: "%s"
    title: A ban for a test
    rules:
      - id: banned
        title: Banned
        authority: platform
        citation: A test
        condition: "%s"
        verdict: DENY
        code: banned
        message: This is banned for a test.
        wouldChange: Another test
    """
        .formatted(name, version, condition);
  }

  /** Uploads a text. */
  public static Response upload(RequestSpecification person, String layer, String text) {
    return person
        .contentType("application/yaml")
        .queryParam("layer", layer)
        .body(text.getBytes(StandardCharsets.UTF_8))
        .post("/v1/rule-packs");
  }

  /** Uploads a text that is good. */
  public static String uploaded(RequestSpecification person, String layer, String text) {
    return upload(person, layer, text).then().statusCode(201).extract().path("id");
  }

  /** Takes an action on a version as it is now. */
  public static Response act(RequestSpecification person, String id, String action) {
    return person.header("If-Match", "*").post("/v1/rule-packs/" + id + "/" + action);
  }

  /** Schedules a version as it is now. */
  public static Response schedule(RequestSpecification person, String id, String body) {
    return person
        .header("If-Match", "*")
        .contentType(ContentType.JSON)
        .body(body)
        .post("/v1/rule-packs/" + id + "/schedule");
  }

  /** Puts an operator's pack into force, with two people. */
  public static String activated(String text) {
    String id = uploaded(operator(), "operator", text);
    act(officer(), id, "approve").then().statusCode(202);
    schedule(operator(), id, "{}").then().statusCode(202);
    return id;
  }

  /** Takes an operator's pack out, wherever it is in its life. */
  public static void retire(String id) {
    act(officer(), id, "retire");
  }

  /** The verdict on a described tenant that resides in a country. */
  public static Response enquiry(String residence) {
    return officer()
        .contentType(ContentType.JSON)
        .body(
            """
            {"tenant": {"residence": "%s", "ultimateParent": "DE", "endUse": "DE", "listedOn": [],
              "ownedByListedPercent": 0, "ownRules": []},
             "accelerator": "nvidia-h100-sxm",
             "node": {"country": "DE", "stateFunded": false, "authorisations": []},
             "provider": {"residence": "DE", "ultimateParent": "DE", "listedOn": [], "ownedByListedPercent": 0},
             "period": {"start": "2026-11-01T00:00:00Z", "duration": "PT24H"},
             "use": {"mode": "remote", "workload": "training", "dataResidency": "none",
              "usNexus": false}}
            """
                .formatted(residence))
        .post("/v1/decisions");
  }
}
