package io.berth.compliance.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.berth.identity.Role;
import io.berth.leasing.LeaseId;
import io.berth.platform.OrganizationId;
import io.berth.testing.BerthTest;
import io.berth.testing.OwnMarket;
import io.berth.testing.Trail;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@BerthTest
class EvidenceResourceTest {

  private static final String MODEL = "nvidia-l20";
  private static final String SECRET = "hunter2-in-a-variable";
  private static final Duration WAIT_MAX = Duration.ofSeconds(30);

  private OwnMarket market;
  private OrganizationId tenant;

  @BeforeEach
  void open() {
    market = new OwnMarket(MODEL, "DE", 1);
    tenant = OwnMarket.tenant("DE");
  }

  @AfterEach
  void close() {
    market.close();
  }

  @Test
  void holdsEverythingAboutALease() throws Exception {
    Response quote = quote();
    Response lease = confirm(quote);
    Response job = job(lease);
    String id = lease.path("id");
    awaitSealed(id);

    String text = export(id);
    JsonPath file = JsonPath.from(text);

    assertThat(file.getString("manifest.format")).isEqualTo("berth-evidence-1");
    assertThat(file.getList("manifest.truncated")).isEmpty();
    assertThat(file.getString("parts.lease.id")).isEqualTo(id);
    assertThat(file.getString("parts.quote.id")).isEqualTo(quote.path("id"));
    assertThat(file.getList("parts.jobs.id")).containsExactly((Object) job.path("id"));
    assertThat(file.getList("parts.organizations.id", String.class))
        .containsExactlyInAnyOrder(tenant.toString(), market.provider().toString());
    assertThat(file.getList("parts.nodes.id", String.class))
        .containsExactly(market.nodes().getFirst().toString());
    assertThat(file.getString("parts.nodes[0].jurisdiction.country")).isEqualTo("DE");
    assertThat(file.getList("parts.ledger.reservations.reference", String.class)).contains(id);
    assertThat(file.getList("parts.decisions.purpose", String.class))
        .contains("quote", "confirm", "job");
    assertThat(file.getList("parts.decisions.id", String.class))
        .contains(quote.path("decisionId"), lease.path("decisionId"), job.path("decisionId"));
    for (Map<String, Object> decision : file.<Map<String, Object>>getList("parts.decisions")) {
      assertThat(sha256((String) decision.get("facts"))).isEqualTo(decision.get("factsHash"));
      assertThat(sha256((String) decision.get("judgements")))
          .isEqualTo(decision.get("judgementsHash"));
      for (Map<?, ?> pack : (List<Map<?, ?>>) decision.get("packs")) {
        Map<String, String> packs = file.getMap("parts.rulePacks");
        assertThat(sha256(packs.get(pack.get("hash")))).isEqualTo(pack.get("hash"));
      }
    }
    assertThat(file.getList("parts.audit.entries.subject", String.class))
        .contains(
            id,
            quote.path("id"),
            job.path("id"),
            quote.path("decisionId"),
            lease.path("decisionId"),
            tenant.toString());
    // Secrets of jobs stay out, whatever part might hold them.
    assertThat(text).doesNotContain(SECRET);
    assertThat(file.getString("parts.jobs[0].env.PASSWORD")).isEqualTo("(redacted)");
  }

  @Test
  void isHashedAndSignedAsItStands() throws Exception {
    String id = confirm(quote()).path("id");

    String text = export(id);
    JsonPath file = JsonPath.from(text);

    assertThat(file.getList("manifest.parts")).hasSizeGreaterThan(5);
    for (Map<String, Object> part : file.<Map<String, Object>>getList("manifest.parts")) {
      String line = line(text, (String) part.get("name"));
      assertThat(line.getBytes(StandardCharsets.UTF_8)).hasSize((Integer) part.get("bytes"));
      assertThat(sha256(line)).isEqualTo(part.get("sha256"));
    }
    Map<String, Object> signature = file.getMap("signature");
    String pem = OutsideCheck.key(keys(), signature);
    assertThat(isSigned(line(text, "manifest"), (String) signature.get("signature"), pem)).isTrue();
    assertThat(isSigned(line(text, "lease"), (String) signature.get("signature"), pem)).isFalse();
  }

  @Test
  void comesWithTheCheckpointThatCoversIt() throws Exception {
    String id = confirm(quote()).path("id");
    awaitSealed(id);
    Map<String, Object> checkpoint =
        await()
            .atMost(WAIT_MAX)
            .until(
                () -> JsonPath.from(export(id)).getMap("parts.audit.checkpoint"),
                there -> position(there) >= positionOfCreation(id));

    assertThat(OutsideCheck.isSigned(checkpoint, OutsideCheck.key(keys(), checkpoint))).isTrue();
    Map<String, Object> entry = creation(id);
    String before =
        Trail.value("select hash from audit_seal where position = " + (position(entry) - 1));
    assertThat(OutsideCheck.hash(before, entry)).isEqualTo(entry.get("hash"));
  }

  @Test
  void isAudited() throws Exception {
    String id = confirm(quote()).path("id");

    String text = export(id);

    assertThat(
            Trail.value(
                "select actor || ' ' || detail from audit_entry where action = 'lease.exportEvidence'"
                    + " and subject = '"
                    + id
                    + "'"))
        .contains("auditor", sha256(line(text, "manifest")));
  }

  @Test
  void isNotForThePartiesThemselves() {
    String id = confirm(quote()).path("id");

    for (var caller :
        List.of(
            OwnMarket.as(tenant, Role.TENANT), OwnMarket.as(market.provider(), Role.PROVIDER))) {
      caller.get("/v1/leases/" + id + "/evidence").then().statusCode(403);
    }
    OwnMarket.officer("auditor")
        .get("/v1/leases/" + LeaseId.fresh() + "/evidence")
        .then()
        .statusCode(404);
  }

  private Response quote() {
    Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(20, ChronoUnit.DAYS);
    Response quote = market.quote(tenant, 1, start.toString(), "PT1H");
    quote.then().statusCode(201);
    return quote;
  }

  private Response confirm(Response quote) {
    Response lease = OwnMarket.once(tenant).post("/v1/quotes/" + quote.path("id") + "/confirm");
    lease.then().statusCode(201);
    return lease;
  }

  private Response job(Response lease) {
    Response job =
        OwnMarket.once(tenant)
            .body(
                """
                {"name": "train", "image": "registry.example/train:1", "accelerators": 1,
                 "command": ["true"], "env": {"PASSWORD": "%s"}}
                """
                    .formatted(SECRET))
            .post("/v1/leases/" + lease.path("id") + "/jobs");
    job.then().statusCode(201);
    return job;
  }

  private static String export(String lease) {
    return OwnMarket.officer("auditor")
        .get("/v1/leases/" + lease + "/evidence")
        .then()
        .statusCode(200)
        .extract()
        .asString();
  }

  private static JsonPath keys() {
    return OwnMarket.officer("auditor").get("/v1/audit/keys").then().extract().jsonPath();
  }

  private static Map<String, Object> creation(String lease) {
    return OwnMarket.officer("auditor")
        .get("/v1/audit/entries?action=lease.create&subject=" + lease)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath()
        .getMap("items[0]");
  }

  private static long positionOfCreation(String lease) {
    return position(creation(lease));
  }

  private static long position(Map<String, Object> there) {
    return there.get("position") instanceof Number position ? position.longValue() : 0;
  }

  private static void awaitSealed(String lease) {
    await().atMost(WAIT_MAX).until(() -> positionOfCreation(lease) > 0);
  }

  /** What stands behind a name in the file, as the page for auditors says it. */
  private static String line(String text, String name) {
    String start = "\"" + name + "\":";
    String line = text.lines().filter(one -> one.startsWith(start)).findFirst().orElseThrow();
    String json = line.substring(start.length());
    return json.endsWith(",") ? json.substring(0, json.length() - 1) : json;
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static boolean isSigned(String message, String signature, String pem) throws Exception {
    String base64 =
        Stream.of(pem.split("\n"))
            .filter(line -> !line.startsWith("-----"))
            .reduce("", String::concat);
    Signature check = Signature.getInstance("Ed25519");
    check.initVerify(
        KeyFactory.getInstance("Ed25519")
            .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64))));
    check.update(message.getBytes(StandardCharsets.UTF_8));
    return check.verify(Base64.getDecoder().decode(signature));
  }
}
