package io.berth.testing;

import io.berth.platform.OrganizationId;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.UUID;

/** A tenant that no other test knows, verified and with money. */
public record NewTenant(String organization, String token) {

  private static final String FACTS =
      """
      {"residenceCountry": "DE", "ultimateParentCountry": "DE", "endUseCountry": "DE",
       "owners": [], "ownersComplete": true,
       "profile": {"mode": "remote", "workload": "inference", "dataResidency": "none",
                   "usNexus": false}}
      """;

  private static final String FINDING =
      """
      {"reason": "Made up for a test.",
       "evidence": [{"kind": "register-extract", "reference": "test"}]}
      """;

  /** Enters one in Germany with 100,000 USD. */
  public static NewTenant enter() {
    String name = "Tenant " + UUID.randomUUID();
    String id =
        SeededMarket.as("operator")
            .body("{\"name\": \"" + name + "\", \"facts\": " + FACTS + "}")
            .post("/v1/organizations")
            .then()
            .statusCode(201)
            .extract()
            .path("id");
    NewTenant tenant =
        new NewTenant(
            id, BerthResource.tokenOf("user-of-" + id, OrganizationId.fromString(id), "tenant"));
    tenant.find("verify");
    SeededMarket.once("operator")
        .body(
            """
            {"organizationId": "%s", "reference": "test-%s",
             "amount": {"amountMicros": "100000000000", "currency": "USD"}}
            """
                .formatted(id, id))
        .post("/v1/deposits")
        .then()
        .statusCode(201);
    return tenant;
  }

  /** An officer's finding: {@code verify} or {@code reject}. */
  public void find(String finding) {
    String path = "/v1/organizations/" + organization;
    String etag = SeededMarket.as("compliance").get(path).header("ETag");
    SeededMarket.as("compliance")
        .header("If-Match", etag)
        .body(FINDING)
        .post(path + "/" + finding)
        .then()
        .statusCode(202);
  }

  /** A request as its user. */
  public RequestSpecification as() {
    return RestAssured.given().auth().oauth2(token).contentType(ContentType.JSON);
  }

  /** The same with a new idempotency key. */
  public RequestSpecification once() {
    return as().header("Idempotency-Key", UUID.randomUUID().toString());
  }

  /** Quotes and confirms; gives the lease. */
  public String lease(String request) {
    Response quote = once().body(request).post("/v1/quotes");
    quote.then().statusCode(201);
    Response lease = once().post("/v1/quotes/" + quote.path("id") + "/confirm");
    lease.then().statusCode(201);
    return lease.path("id");
  }
}
