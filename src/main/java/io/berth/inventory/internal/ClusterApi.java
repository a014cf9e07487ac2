package io.berth.inventory.internal;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.berth.catalog.AcceleratorCatalog;
import io.berth.inventory.Authorisation;
import io.berth.inventory.Cluster;
import io.berth.inventory.ClusterCredentials;
import io.berth.inventory.ClusterId;
import io.berth.inventory.ClusterState;
import io.berth.inventory.CredentialType;
import io.berth.inventory.Declarations;
import io.berth.inventory.Regime;
import io.berth.platform.Condition;
import io.berth.platform.CountryCode;
import io.berth.platform.OrganizationId;
import io.berth.platform.PlainText;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.DiscriminatorMapping;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.media.SchemaProperty;
import org.jspecify.annotations.Nullable;

/** Clusters on the wire. */
final class ClusterApi {

  private static final String NAME = "[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?";
  private static final String NAME_RULE =
      "must be 1 to 63 small letters, digits, '-' and '.', beginning and ending with a letter or digit";
  private static final int PEM_LENGTH_MAX = 65_536;
  private static final int KEY_LENGTH_MAX = 16_384;
  private static final int DECLARED_COUNT_MAX = 200;
  private static final int AUTHORISATIONS_COUNT_MAX = 100;
  // Of a Kubernetes label's key or a resource's name: an optional DNS prefix, a slash, a name.
  private static final String QUALIFIED_NAME =
      "([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";

  private ClusterApi() {}

  @Schema(
      name = "ClusterRegistration",
      description = "Give server and credentials, or a kubeconfig.")
  record Register(
      @NotNull
          @Pattern(regexp = NAME, message = NAME_RULE)
          @Schema(description = "Unique among the provider's clusters", examples = "frankfurt-1")
          String name,
      @Size(max = 512)
          @Schema(
              description = "Address of the Kubernetes API.",
              examples = "https://k8s.example.com:6443")
          @Nullable String server,
      @Valid @Nullable CredentialsBody credentials,
      @Size(min = 1, max = io.berth.inventory.domain.Kubeconfig.LENGTH_MAX)
          @Schema(
              description =
                  "A kubeconfig as YAML text, with a token or a client certificate and key as data; "
                      + "exec, auth providers, file paths, proxies and switched-off TLS are refused.")
          @Nullable String kubeconfig,
      @Valid @Nullable DeclarationsBody declarations) {

    @Override
    public String toString() {
      return "Register[name=" + name + ", redacted]";
    }
  }

  @Schema(name = "ClusterSettings", description = "What of a cluster its provider may change")
  record Change(
      @NotNull
          @Pattern(regexp = NAME, message = NAME_RULE)
          @Schema(description = "Unique among the provider's clusters", examples = "frankfurt-1")
          String name,
      @Valid @Nullable DeclarationsBody declarations) {

    static Change of(Cluster cluster) {
      return new Change(cluster.name(), DeclarationsBody.of(cluster.declarations()));
    }
  }

  @Schema(
      name = "ClusterCredentialsRotation",
      description = "Give credentials, or a kubeconfig for the same server.")
  record Rotate(
      @Valid @Nullable CredentialsBody credentials,
      @Size(min = 1, max = io.berth.inventory.domain.Kubeconfig.LENGTH_MAX)
          @Schema(description = "A kubeconfig as YAML text, as at the registration.")
          @Nullable String kubeconfig) {

    @Override
    public String toString() {
      return "Rotate[redacted]";
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = TokenBody.class, name = "token"),
    @JsonSubTypes.Type(value = ClientCertificateBody.class, name = "clientCertificate")
  })
  @Schema(
      name = "ClusterCredentials",
      description = "How the service is to show itself to the cluster.",
      oneOf = {TokenBody.class, ClientCertificateBody.class},
      discriminatorProperty = "type",
      discriminatorMapping = {
        @DiscriminatorMapping(value = "token", schema = TokenBody.class),
        @DiscriminatorMapping(value = "clientCertificate", schema = ClientCertificateBody.class)
      })
  sealed interface CredentialsBody {
    ClusterCredentials toCredentials();
  }

  @Schema(
      name = "ClusterToken",
      description = "A bearer token.",
      requiredProperties = {"type", "token"},
      properties = @SchemaProperty(name = "type", type = SchemaType.STRING, enumeration = "token"))
  record TokenBody(
      @NotBlank
          @Size(max = KEY_LENGTH_MAX)
          @Schema(description = "A bearer token, usually a service account's.")
          String token,
      @Size(min = 1, max = PEM_LENGTH_MAX)
          @Schema(
              description =
                  "PEM: the authorities that the cluster's certificate is checked against; left out: public ones.")
          @Nullable String caCertificate)
      implements CredentialsBody {

    @Override
    public ClusterCredentials toCredentials() {
      return new ClusterCredentials.Token(token, caCertificate);
    }

    @Override
    public String toString() {
      return "TokenBody[redacted]";
    }
  }

  @Schema(
      name = "ClusterClientCertificate",
      description = "A TLS client certificate and its key.",
      requiredProperties = {"type", "certificate", "key"},
      properties =
          @SchemaProperty(
              name = "type",
              type = SchemaType.STRING,
              enumeration = "clientCertificate"))
  record ClientCertificateBody(
      @NotBlank @Size(max = PEM_LENGTH_MAX) @Schema(description = "PEM") String certificate,
      @NotBlank
          @Size(max = KEY_LENGTH_MAX)
          @Schema(description = "PEM, not encrypted: PKCS #8, PKCS #1 or SEC 1.")
          String key,
      @Size(min = 1, max = PEM_LENGTH_MAX)
          @Schema(
              description =
                  "PEM: the authorities that the cluster's certificate is checked against; left out: public ones.")
          @Nullable String caCertificate)
      implements CredentialsBody {

    @Override
    public ClusterCredentials toCredentials() {
      return new ClusterCredentials.ClientCertificate(certificate, key, caCertificate);
    }

    @Override
    public String toString() {
      return "ClientCertificateBody[redacted]";
    }
  }

  @Schema(name = "ClusterDeclarations", description = "What the cluster cannot say itself.")
  record DeclarationsBody(
      @Size(max = DECLARED_COUNT_MAX)
          @Schema(
              description = "Country (ISO 3166-1 alpha-2) by the value of the nodes' region label.",
              examples = "{\"eu-central-1\": \"DE\"}")
          @Nullable Map<@Size(min = 1, max = 63) String, @NotNull @CountryCode String>
              countriesByRegion,
      @Schema(
              description = "Country of nodes whose region label tells none and is not in the map.",
              examples = "DE")
          @CountryCode
          @Nullable String defaultCountry,
      @Size(max = DECLARED_COUNT_MAX)
          @Schema(
              description =
                  "The catalogue's model by resource name, for devices that no label tells.",
              examples = "{\"birentech.com/gpu\": \"biren-br104\"}")
          @Nullable
              Map<
                  @Pattern(regexp = QUALIFIED_NAME, message = "must be a resource's name") String,
                  @NotNull String>
              models,
      @Pattern(regexp = QUALIFIED_NAME, message = "must be a label's key")
          @Schema(
              description = "Key of the label that names a node's network fabric.",
              defaultValue = Declarations.FABRIC_LABEL_DEFAULT)
          @Nullable String fabricLabel,
      @Schema(description = "Whether a state pays for the site; left out: unknown.")
          @Nullable Boolean stateFunded,
      @Size(max = AUTHORISATIONS_COUNT_MAX)
          @Schema(description = "Licences and the like that hold for every node of the cluster.")
          @Nullable List<@NotNull @Valid AuthorisationBody> authorisations) {

    static DeclarationsBody of(Declarations declarations) {
      return new DeclarationsBody(
          declarations.countriesByRegion(),
          declarations.defaultCountry(),
          declarations.models(),
          declarations.fabricLabel(),
          declarations.stateFunded(),
          declarations.authorisations().stream().map(AuthorisationBody::of).toList());
    }

    /** Checks what annotations cannot; 422 that names every place at fault. */
    Declarations toDeclarations(AcceleratorCatalog catalog) {
      ProblemException refusal =
          new ProblemException(
              ProblemType.UNPROCESSABLE, "Some declarations cannot be: see errors.");
      Map<String, String> countries = countriesByRegion == null ? Map.of() : countriesByRegion;
      Map<String, String> declared = models == null ? Map.of() : models;
      declared.forEach((resource, model) -> {
        if (catalog.find(model).isEmpty()) {
          refusal.at(
              "/declarations/models/" + escape(resource),
              "is not a model of the catalogue (/v1/accelerators)");
        }
      });
      List<Authorisation> attached = new ArrayList<>();
      List<AuthorisationBody> bodies = authorisations == null ? List.of() : authorisations;
      for (int i = 0; i < bodies.size(); i++) {
        AuthorisationBody body = bodies.get(i);
        Instant end = body.end();
        if (end != null && !end.isAfter(body.start())) {
          refusal.at("/declarations/authorisations/" + i + "/end", "must be after the start");
        } else {
          attached.add(new Authorisation(body.id(), body.start(), end, body.regime()));
        }
      }
      if (!refusal.errors().isEmpty()) {
        throw refusal;
      }
      return new Declarations(
          new TreeMap<>(countries),
          defaultCountry,
          new TreeMap<>(declared),
          fabricLabel == null ? Declarations.FABRIC_LABEL_DEFAULT : fabricLabel,
          stateFunded,
          attached);
    }

    private static String escape(String name) {
      return name.replace("~", "~0").replace("/", "~1");
    }
  }

  @Schema(
      name = "DeclaredAuthorisation",
      description = "A licence or the like that the provider holds")
  record AuthorisationBody(
      @NotNull
          @PlainText(max = Authorisation.ID_LENGTH_MAX)
          @Schema(description = "The authority's name for it.", examples = "BIS-D1234567")
          String id,
      @Schema(description = "The first moment at which it holds.") @NotNull Instant start,
      @Schema(description = "The first moment at which it no longer holds; left out: open.")
          @Nullable Instant end,
      @Schema(
              description = "Which authority issued it; one of unknown regime clears no rule.",
              examples = "US-BIS")
          @Nullable Regime regime) {

    static AuthorisationBody of(Authorisation authorisation) {
      return new AuthorisationBody(
          authorisation.id(), authorisation.start(), authorisation.end(), authorisation.regime());
    }
  }

  @Schema(name = "Cluster", description = "A provider's Kubernetes cluster")
  record View(
      ClusterId id,
      @Schema(description = "The organization that provides it.") OrganizationId provider,
      @Schema(examples = "frankfurt-1") String name,
      @Schema(
              description = "Address of the Kubernetes API.",
              examples = "https://k8s.example.com:6443")
          URI server,
      CredentialType credentialType,
      ClusterState state,
      DeclarationsBody declarations,
      @Schema(
              description =
                  "Reachable, Supported, Authorized, InventorySynced; TenantWorkloads, whether tenants of whole nodes may make pods there; where the cluster runs Kueue JobQueue, whether jobs go through it; where its server serves resource.k8s.io/v1 DeviceClaims, whether devices that drivers publish are sold; empty before the first look.")
          List<Condition> conditions,
      @Schema(examples = "v1.34.1") @Nullable String kubernetesVersion,
      @Schema(description = "When its nodes were last read.") @Nullable Instant lastSyncedAt,
      Instant createdAt) {

    static View of(Cluster cluster) {
      return new View(
          cluster.id(),
          cluster.provider(),
          cluster.name(),
          cluster.server(),
          cluster.credentialType(),
          cluster.state(),
          DeclarationsBody.of(cluster.declarations()),
          cluster.conditions(),
          cluster.kubernetesVersion(),
          cluster.lastSyncedAt(),
          cluster.createdAt());
    }
  }

  @Schema(name = "ClusterPage", description = "A page of clusters")
  record PageView(List<View> items, @Nullable String nextPageToken) {}
}
