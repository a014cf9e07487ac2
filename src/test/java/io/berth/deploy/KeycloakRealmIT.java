package io.berth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.platform.OrganizationId;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the service relies on in a token, proved on the realm file and the real Keycloak. */
class KeycloakRealmIT {

  private static final String PASSWORD = "a-password-for-tests-only";
  private static final String OWN = OrganizationId.fresh().toString();
  private static final String OTHER = OrganizationId.fresh().toString();

  private static Keycloak keycloak;

  @BeforeAll
  static void startKeycloak() {
    keycloak = Keycloak.shared();
    keycloak.addUser("mei", PASSWORD, OWN, "tenant", "provider");
    keycloak.addUser("omar", PASSWORD, "", "operator");
    HttpResponse<String> client =
        keycloak.admin(
            "POST",
            "/clients",
            Map.of(
                "clientId", "account-probe",
                "publicClient", true,
                "directAccessGrantsEnabled", true,
                "fullScopeAllowed", true));
    assertThat(client.statusCode()).as(client.body()).isEqualTo(201);
  }

  @Test
  void putsAudienceRolesAndOrganizationIntoTheToken() throws IOException {
    JsonNode claims = claims(keycloak.token("mei", PASSWORD));

    assertThat(claims.path("iss").asText()).isEqualTo(keycloak.authServerUrl());
    assertThat(claims.path("aud").asText()).isEqualTo("berth");
    assertThat(claims.path("sub").asText()).isNotEmpty();
    assertThat(claims.path("groups"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder("tenant", "provider");
    assertThat(claims.path("organization").asText()).isEqualTo(OWN);
  }

  @Test
  void leavesTheOrganizationOutWhereAUserHasNone() throws IOException {
    JsonNode claims = claims(keycloak.token("omar", PASSWORD));

    assertThat(claims.path("groups")).extracting(JsonNode::asText).containsExactly("operator");
    assertThat(claims.has("organization")).isFalse();
  }

  @Test
  void refusesAWrongPassword() {
    HttpResponse<String> answer =
        keycloak.directGrant(Keycloak.REALM, "berth-cli", "mei", "not-" + PASSWORD);

    assertThat(answer.body()).contains("invalid_grant").contains("Invalid user credentials");
    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @Test
  void givesOtherClientsNoTokenForBerth() throws IOException {
    // Keycloak puts this client into every realm.
    HttpResponse<String> answer =
        keycloak.directGrant(Keycloak.REALM, "admin-cli", "mei", PASSWORD);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(claims(Keycloak.accessToken(answer)).toString()).doesNotContain("\"berth\"");
  }

  @Test
  void letsNoUserChangeItsOwnOrganization() throws IOException {
    keycloak.addUser("mallory", PASSWORD, OWN, "tenant");
    String token = accountToken("mallory");
    // The same request with nothing but a new name is taken, so that is not what refuses the other.
    assertThat(keycloak.account("POST", token, account("mallory", "Mallory", OWN)).statusCode())
        .isEqualTo(204);
    assertThat(Keycloak.json(keycloak.account("GET", token, null)).path("firstName").asText())
        .isEqualTo("Mallory");

    HttpResponse<String> answer =
        keycloak.account("POST", token, account("mallory", "Mallory", OTHER));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("error-user-attribute-read-only");
    assertThat(claims(keycloak.token("mallory", PASSWORD)).path("organization").asText())
        .isEqualTo(OWN);
  }

  @Test
  void letsNoUserTakeAnOrganizationWhereItHasNone() throws IOException {
    keycloak.addUser("nobody", PASSWORD, "", "tenant");

    keycloak.account("POST", accountToken("nobody"), account("nobody", "Nobody", OTHER));

    assertThat(claims(keycloak.token("nobody", PASSWORD)).has("organization")).isFalse();
  }

  @Test
  void refusesWhatIsNoOrganizationId() {
    HttpResponse<String> answer = keycloak.tryAddUser("typo", PASSWORD, List.of("org_NOT-AN-ID"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("organization");
  }

  // A token that may manage the account, as the account console's may: berth-cli's may not.
  private static String accountToken(String username) {
    return Keycloak.accessToken(
        keycloak.directGrant(Keycloak.REALM, "account-probe", username, PASSWORD));
  }

  private static Map<String, Object> account(
      String username, String firstName, String organization) {
    return Map.of(
        "username",
        username,
        "email",
        username + "@example.org",
        "firstName",
        firstName,
        "attributes",
        Map.of("organization", List.of(organization)));
  }

  private static JsonNode claims(String token) throws IOException {
    return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
  }
}
