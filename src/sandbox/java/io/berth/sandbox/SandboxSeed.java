package io.berth.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.berth.platform.OrganizationId;
import io.berth.sandbox.SandboxPeople.Party;
import io.berth.sandbox.SandboxPeople.User;
import io.berth.sandbox.cluster.SimulatedCluster;
import io.berth.sandbox.market.ReferencePrices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Fills the market through the service's own API, as people would. What is there already stays: a
 * start that was cut short goes on at the next one.
 */
public final class SandboxSeed {

  private static final int SYNC_POLLS_MAX = 1_200;
  private static final Duration SYNC_POLL = Duration.ofMillis(100);

  private final SandboxClient service;
  private final SandboxIssuer issuer;
  private final List<ClusterAccount> clusters;
  private final Map<String, String> tokens = new LinkedHashMap<>();

  /**
   * A cluster as its provider registers it.
   *
   * @param name one of the sandbox's, by which its provider is found
   * @param url where its API is
   * @param token of the account that the service works under
   * @param caCertificatePem what its certificate is checked against
   */
  public record ClusterAccount(String name, String url, String token, String caCertificatePem) {

    static ClusterAccount of(SimulatedCluster cluster) {
      return new ClusterAccount(
          cluster.name(), cluster.url(), cluster.token(), cluster.caCertificatePem());
    }

    @Override
    public String toString() {
      return "ClusterAccount[name=%s, url=%s]".formatted(name, url);
    }
  }

  private SandboxSeed(SandboxClient service, SandboxIssuer issuer, List<ClusterAccount> clusters) {
    this.service = service;
    this.issuer = issuer;
    this.clusters = List.copyOf(clusters);
  }

  /**
   * Prepares to fill a market.
   *
   * @param base where the service listens
   * @param issuer whose tokens it trusts
   * @param clusters to be registered, each by its provider
   */
  public SandboxSeed(URI base, SandboxIssuer issuer, List<SimulatedCluster> clusters) {
    this(SandboxClient.of(base), issuer, clusters.stream().map(ClusterAccount::of).toList());
  }

  /** The same with clusters that are not simulated. */
  public static SandboxSeed over(URI base, SandboxIssuer issuer, List<ClusterAccount> clusters) {
    return new SandboxSeed(SandboxClient.of(base), issuer, clusters);
  }

  /** Fills the market; gives every user's token by the user's name. */
  public Map<String, String> run() {
    // Nobody is entered yet who could have a token, so the first one names an organization that
    // does not exist: an operator needs none to enter organizations.
    SandboxClient bootstrap =
        service.as(
            issuer.token("bootstrap", OrganizationId.fresh().toString(), Set.of("operator")));
    Map<String, JsonNode> known = new LinkedHashMap<>();
    bootstrap
        .list("/v1/organizations")
        .forEach(found -> known.put(found.get("name").asText(), found));

    enter(bootstrap, SandboxPeople.operator(), known);
    SandboxClient operator = service.as(token("operator"));
    SandboxClient compliance = service.as(token("compliance"));
    // Clusters first: the service reads them while the tenants are entered.
    Map<ClusterAccount, String> registered = new LinkedHashMap<>();
    for (ClusterAccount cluster : clusters) {
      Party provider = SandboxPeople.provider(cluster.name());
      JsonNode entered = enter(operator, provider, known);
      verify(compliance, provider, entered);
      registered.put(cluster, register(as(provider), cluster));
    }
    for (Party tenant : SandboxPeople.tenants()) {
      JsonNode entered = enter(operator, tenant, known);
      verify(compliance, tenant, entered);
      deposit(operator, tenant, entered);
    }
    registered.forEach((cluster, id) -> offer(as(SandboxPeople.provider(cluster.name())), id));
    return Map.copyOf(tokens);
  }

  /** Writes each token into a file of its user's name, readable by the owner alone. */
  public static void writeTokens(Map<String, String> tokens, Path folder) {
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, String> token : tokens.entrySet()) {
        Path file = folder.resolve(token.getKey());
        Files.deleteIfExists(file);
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, token.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String token(String user) {
    return Optional.ofNullable(tokens.get(user)).orElseThrow();
  }

  private SandboxClient as(Party party) {
    return service.as(token(party.users().getFirst().name()));
  }

  private JsonNode enter(SandboxClient operator, Party party, Map<String, JsonNode> known) {
    JsonNode entered = known.get(party.name());
    if (entered == null) {
      ObjectNode body = SandboxClient.object().put("name", party.name());
      body.set("facts", SandboxClient.read(party.facts()));
      entered = operator.post("/v1/organizations", body, "");
    }
    String id = entered.get("id").asText();
    for (User user : party.users()) {
      tokens.put(user.name(), issuer.token(user.name(), id, user.roles()));
    }
    return entered;
  }

  private static void verify(SandboxClient compliance, Party party, JsonNode entered) {
    if (!party.verified() || entered.at("/verification/state").asText().equals("verified")) {
      return;
    }
    ObjectNode body =
        SandboxClient.object().put("reason", "Made up for the sandbox, facts included.");
    body.putArray("evidence")
        .addObject()
        .put("kind", "register-extract")
        .put("reference", "sandbox");
    compliance.postAbout("/v1/organizations/" + entered.get("id").asText(), "/verify", body);
  }

  private static void deposit(SandboxClient operator, Party party, JsonNode entered) {
    String id = entered.get("id").asText();
    boolean paidIn =
        operator.list("/v1/accounts").stream()
            .anyMatch(account -> account.get("organizationId").asText().equals(id));
    if (party.depositUsdMicros() == 0 || paidIn) {
      return;
    }
    ObjectNode body =
        SandboxClient.object().put("organizationId", id).put("reference", "sandbox-" + id);
    body.putObject("amount")
        .put("amountMicros", Long.toString(party.depositUsdMicros()))
        .put("currency", "USD");
    operator.post("/v1/deposits", body, "sandbox-" + id);
  }

  private static String register(SandboxClient provider, ClusterAccount cluster) {
    for (JsonNode found : provider.list("/v1/clusters")) {
      if (found.get("name").asText().equals(cluster.name())) {
        return found.get("id").asText();
      }
    }
    ObjectNode body =
        SandboxClient.object().put("name", cluster.name()).put("server", cluster.url());
    body.putObject("credentials")
        .put("type", "token")
        .put("token", cluster.token())
        .put("caCertificate", cluster.caCertificatePem());
    ObjectNode declarations = body.putObject("declarations").put("stateFunded", false);
    declarations
        .putObject("models")
        .put("birentech.com/gpu", "biren-br100")
        .put("habana.ai/gaudi", "intel-gaudi-3");
    declarations.putArray("authorisations");
    return provider.post("/v1/clusters", body, "").get("id").asText();
  }

  private static void offer(SandboxClient provider, String cluster) {
    awaitActive(provider, cluster);
    ReferencePrices prices = new ReferencePrices();
    List<JsonNode> offers = provider.list("/v1/offers");
    for (JsonNode pool : provider.list("/v1/clusters/" + cluster + "/node-pools")) {
      if (!pool.hasNonNull("modelId")) {
        continue;
      }
      String poolId = pool.get("id").asText();
      JsonNode offer =
          offers.stream()
              .filter(made -> made.get("poolId").asText().equals(poolId))
              .findFirst()
              .orElseGet(() -> draft(provider, pool, prices));
      if (offer.get("state").asText().equals("draft")) {
        provider.act("/v1/offers/" + offer.get("id").asText() + "/publish");
      }
    }
  }

  private static JsonNode draft(SandboxClient provider, JsonNode pool, ReferencePrices prices) {
    // The sandbox's region labels start with the country.
    String country = pool.get("region").asText().substring(0, 2).toUpperCase(Locale.ROOT);
    var price =
        prices.pricePerAcceleratorHourMicros(pool.get("modelId").asText(), country).orElseThrow();
    ObjectNode body =
        SandboxClient.object()
            .put("poolId", pool.get("id").asText())
            .put("termMin", "PT1M")
            .put("turnaround", "PT0S")
            .put("priceBasis", price.basis().word())
            .put("priceNote", price.source());
    body.putObject("pricePerAcceleratorHour")
        .put("amountMicros", Long.toString(price.usdMicros()))
        .put("currency", "USD");
    return provider.post("/v1/offers", body, "");
  }

  private static void awaitActive(SandboxClient provider, String cluster) {
    JsonNode seen = SandboxClient.object();
    for (int poll = 0; poll < SYNC_POLLS_MAX; poll++) {
      seen = provider.get("/v1/clusters/" + cluster);
      if (seen.get("state").asText().equals("active")) {
        return;
      }
      try {
        Thread.sleep(SYNC_POLL);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
    throw new IllegalStateException("a sandbox cluster does not become active: " + seen);
  }
}
