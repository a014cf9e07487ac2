package io.berth.ledger.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.berth.audit.AuditTrail;
import io.berth.identity.Caller;
import io.berth.identity.Role;
import io.berth.ledger.Account;
import io.berth.ledger.Ledger;
import io.berth.ledger.internal.SpendLimits.SpendLimit;
import io.berth.platform.Database;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Preconditions;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.Currency;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** {@code /v1/spend-limit}: what the caller's organization allows itself to spend in a month. */
@Path("/v1/spend-limit")
@Tag(name = "Accounts")
@Produces(MediaType.APPLICATION_JSON)
public class SpendLimitResource {

  private static final String EXAMPLE =
      """
      {
        "limit": {"amountMicros": "50000000000", "currency": "USD"},
        "spent": {"amountMicros": "7864000000", "currency": "USD"},
        "reserved": {"amountMicros": "944000000", "currency": "USD"},
        "month": "2026-11-01T00:00:00Z"
      }
      """;

  private static final String REQUEST =
      "{\"limit\": {\"amountMicros\": \"50000000000\", \"currency\": \"USD\"}}";

  private final Ledger ledger;
  private final SpendLimits limits;
  private final AuditTrail audit;
  private final Database database;
  private final Caller caller;
  private final Currency currency;
  private final Clock clock;

  SpendLimitResource(
      Ledger ledger,
      SpendLimits limits,
      AuditTrail audit,
      Database database,
      Caller caller,
      // The market's; the market's room lies beside this one.
      @ConfigProperty(name = "berth.market.currency", defaultValue = "USD") Currency currency,
      Clock clock) {
    this.ledger = ledger;
    this.limits = limits;
    this.audit = audit;
    this.database = database;
    this.caller = caller;
    this.currency = currency;
    this.clock = clock;
  }

  /** A limit and what counts towards it. */
  @Schema(
      name = "SpendLimit",
      description =
          "What an organization allows itself to spend in a calendar month (UTC): what was charged in"
              + " it, and whatever is set aside for quotes and leases, may not pass the limit together")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record LimitView(
      @Schema(description = "Absent where there is none.") Money.@Nullable Wire limit,
      @Schema(description = "Charged since the month began.") Money.Wire spent,
      @Schema(description = "Set aside for open quotes and leases.") Money.Wire reserved,
      @Schema(description = "When the month began.") Instant month) {}

  /** A limit to be set. */
  @Schema(name = "SpendLimitSet", description = "The limit; none where it is absent")
  record LimitRequest(@Valid Money.@Nullable Wire limit) {}

  /** Reads it. */
  @GET
  @RolesAllowed(Role.TENANT)
  @Operation(
      operationId = "getSpendLimit",
      summary = "Read the organization's spend limit",
      description = "With what counts towards it this month.")
  @APIResponse(
      responseCode = "200",
      description = "The limit as it stands.",
      content =
          @Content(
              schema = @Schema(implementation = LimitView.class),
              examples = @ExampleObject(name = "set", value = EXAMPLE)))
  public Uni<Response> get() {
    Scope scope = caller.scope();
    OrganizationId tenant = scope.organization().orElseThrow();
    return database.sql(scope, connection -> answer(connection, tenant));
  }

  /** Sets it. */
  @PUT
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.TENANT)
  @Operation(
      operationId = "setSpendLimit",
      summary = "Set the organization's spend limit",
      description =
          "Counts for quotes, orders, extensions and renewals from now on; what is booked stays, also"
              + " where it is more than the limit.")
  @APIResponse(
      responseCode = "200",
      description = "The limit as it stands.",
      content =
          @Content(
              schema = @Schema(implementation = LimitView.class),
              examples = @ExampleObject(name = "set", value = EXAMPLE)))
  @APIResponse(responseCode = "412", description = "Another version than If-Match names")
  @APIResponse(responseCode = "428", description = "If-Match is missing")
  public Uni<Response> set(
      @RestHeader("If-Match") @Parameter(required = true, example = "\"0\"")
          @Nullable String ifMatch,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = LimitRequest.class),
                      examples = @ExampleObject(name = "set", value = REQUEST)))
          @Valid
          @NotNull
          LimitRequest body) {
    Scope scope = caller.scope();
    OrganizationId tenant = scope.organization().orElseThrow();
    Money limit = limit(body);
    return database.sql(
        scope,
        connection ->
            ledger
                .lockTenant(connection, tenant, currency)
                .chain(account -> limits.find(connection, tenant, currency))
                .invoke(found ->
                    Preconditions.requireMatch(ifMatch, found.map(SpendLimit::version).orElse(0L)))
                .chain(() -> limits.set(connection, tenant, currency, limit, scope.actor()))
                .chain(version ->
                    audit.append(
                        Tx.of(connection),
                        scope,
                        "spendLimit.set",
                        tenant,
                        limit == null
                            ? Map.of("version", version)
                            : Map.of("version", version, "limit", Money.Wire.of(limit))))
                .chain(() -> answer(connection, tenant)));
  }

  private Uni<Response> answer(SqlConnection connection, OrganizationId tenant) {
    return limits
        .find(connection, tenant, currency)
        .chain(limit ->
            ledger
                .accountOf(connection, tenant, currency)
                .chain(account ->
                    spent(connection, account).map(spent -> answer(limit, account, spent))));
  }

  private Uni<Money> spent(SqlConnection connection, Optional<Account> account) {
    return account
        .map(found -> limits.spent(connection, found.id().value(), currency))
        .orElseGet(() -> Uni.createFrom().item(Money.zero(currency)));
  }

  private Response answer(Optional<SpendLimit> limit, Optional<Account> account, Money spent) {
    Money amount = limit.map(SpendLimit::amount).orElse(null);
    return Response.ok(
            new LimitView(
                amount == null ? null : Money.Wire.of(amount),
                Money.Wire.of(spent),
                Money.Wire.of(account.map(Account::reserved).orElse(Money.zero(currency))),
                SpendLimits.monthOf(clock.instant())))
        .header(HttpHeaders.ETAG, Preconditions.etag(limit.map(SpendLimit::version).orElse(0L)))
        .build();
  }

  private @Nullable Money limit(LimitRequest body) {
    if (body.limit() == null) {
      return null;
    }
    try {
      Money limit = body.limit().toMoney();
      if (limit.micros() >= 0 && limit.currency().equals(currency)) {
        return limit;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw ProblemException.malformed(
        "/limit",
        "A limit is {\"amountMicros\": \"50000000000\", \"currency\": \""
            + currency
            + "\"}: a whole number of millionths as a string, not negative, in the market's"
            + " currency.");
  }
}
