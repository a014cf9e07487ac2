package io.berth.ledger.internal;

import io.berth.audit.AuditTrail;
import io.berth.identity.Caller;
import io.berth.identity.Organizations;
import io.berth.identity.Role;
import io.berth.ledger.Account;
import io.berth.ledger.AccountId;
import io.berth.ledger.AccountKind;
import io.berth.ledger.Ledger;
import io.berth.platform.Database;
import io.berth.platform.Idempotency;
import io.berth.platform.Idempotency.Answer;
import io.berth.platform.Money;
import io.berth.platform.OrganizationId;
import io.berth.platform.Outbox;
import io.berth.platform.Page;
import io.berth.platform.PageRequest;
import io.berth.platform.PlainText;
import io.berth.platform.ProblemException;
import io.berth.platform.Scope;
import io.berth.platform.Tx;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /v1/accounts} and {@code /v1/deposits}. */
@Path("/v1")
@Tag(name = "Accounts")
@Produces(MediaType.APPLICATION_JSON)
public class AccountResource {

  private static final long DEPOSIT_MICROS_MAX = 1_000_000_000_000_000L;

  private final Ledger ledger;
  private final AccountStore accounts;
  private final Organizations organizations;
  private final Idempotency idempotency;
  private final AuditTrail audit;
  private final Outbox outbox;
  private final Database database;
  private final Caller caller;

  AccountResource(
      Ledger ledger,
      AccountStore accounts,
      Organizations organizations,
      Idempotency idempotency,
      AuditTrail audit,
      Outbox outbox,
      Database database,
      Caller caller) {
    this.ledger = ledger;
    this.accounts = accounts;
    this.organizations = organizations;
    this.idempotency = idempotency;
    this.audit = audit;
    this.outbox = outbox;
    this.database = database;
    this.caller = caller;
  }

  /** An account. */
  @Schema(name = "Account", description = "Money of an organization, by double entry")
  public record AccountView(
      AccountId id,
      OrganizationId organizationId,
      AccountKind kind,
      @Schema(description = "The sum of its postings.") Money.Wire balance,
      @Schema(description = "What open quotes and leases have set aside.") Money.Wire reserved,
      @Schema(description = "What can still be spent.") Money.Wire available) {

    static AccountView of(Account account) {
      return new AccountView(
          account.id(),
          account.organization(),
          account.kind(),
          Money.Wire.of(account.balance()),
          Money.Wire.of(account.reserved()),
          Money.Wire.of(account.available()));
    }
  }

  /** Money that came in from outside. */
  @Schema(name = "DepositRequest", description = "Money that came in from outside")
  public record DepositRequest(
      @Schema(description = "Whose account.") @NotNull OrganizationId organizationId,
      @NotNull @Valid Money.Wire amount,
      @Schema(
              description = "What the money is known by outside; each is booked once.",
              examples = "wire-2026-11-0001")
          @NotNull
          @PlainText
          String reference) {}

  /** Names the page in the contract. */
  @Schema(name = "AccountPage", description = "A page of accounts")
  public record AccountPage(List<AccountView> items, @Nullable String nextPageToken) {}

  /** Lists. */
  @GET
  @Path("/accounts")
  @RolesAllowed({Role.TENANT, Role.PROVIDER, Role.OPERATOR, Role.COMPLIANCE})
  @Operation(
      operationId = "listAccounts",
      summary = "List accounts",
      description = "The caller's own; every organization's for operators and compliance officers.")
  @APIResponse(
      responseCode = "200",
      description = "A page of accounts.",
      content =
          @Content(
              schema = @Schema(implementation = AccountPage.class),
              examples = @ExampleObject(name = "one", value = AccountExamples.PAGE)))
  public Uni<Page<AccountView>> list(
      @RestQuery @Nullable Integer pageSize, @RestQuery @Nullable String pageToken) {
    Scope scope = caller.scope();
    PageRequest page = PageRequest.of(pageSize, pageToken, "accounts");
    return database
        .sql(scope, connection -> accounts.list(connection, scope, page))
        .map(found -> found.map(AccountView::of));
  }

  /** Books a deposit. */
  @POST
  @Path("/deposits")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed(Role.OPERATOR)
  @Operation(
      operationId = "createDeposit",
      summary = "Credit a tenant with money that came in",
      description =
          "Repeat the request with the same Idempotency-Key to get the same answer; a reference is"
              + " booked once whatever the key.")
  @APIResponse(
      responseCode = "201",
      description = "The account after it.",
      content =
          @Content(
              schema = @Schema(implementation = AccountView.class),
              examples = @ExampleObject(name = "credited", value = AccountExamples.ACCOUNT)))
  @APIResponse(responseCode = "409", description = "The reference was booked before.")
  @APIResponse(responseCode = "422", description = "No such organization, or not an amount.")
  public Uni<Response> deposit(
      @RestHeader("Idempotency-Key") @Parameter(required = true, example = "wire-2026-11-0001")
          @Nullable String idempotencyKey,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = DepositRequest.class),
                      examples = {
                        @ExampleObject(name = "wire transfer", value = AccountExamples.DEPOSIT)
                      }))
          @Valid
          @NotNull
          DepositRequest body) {
    Scope scope = caller.scope();
    Money amount = amount(body.amount());
    return organizations
        .all(scope, java.util.Set.of(body.organizationId()))
        .invoke(found -> {
          if (found.isEmpty()) {
            throw ProblemException.unprocessable(
                "/organizationId", "There is no organization " + body.organizationId() + ".");
          }
        })
        .chain(found ->
            database.sql(
                scope,
                connection ->
                    idempotency.once(
                        connection,
                        scope,
                        idempotencyKey,
                        "POST /v1/deposits",
                        body,
                        () ->
                            ledger
                                .deposit(
                                    connection, body.organizationId(), amount, body.reference())
                                .call(account ->
                                    audit.append(
                                        Tx.of(connection),
                                        scope,
                                        "account.deposit",
                                        account.id(),
                                        body))
                                .call(account ->
                                    outbox.append(
                                        Tx.of(connection),
                                        "account.credited",
                                        account.id(),
                                        java.util.Map.of("organization", body.organizationId())))
                                .map(account ->
                                    new Answer(201, AccountView.of(account), "/v1/accounts", 0)))));
  }

  private static Money amount(Money.Wire wire) {
    try {
      Money amount = wire.toMoney();
      if (amount.micros() > 0 && amount.micros() <= DEPOSIT_MICROS_MAX) {
        return amount;
      }
    } catch (IllegalArgumentException e) {
      // Said below, the same as for an amount out of range.
    }
    throw ProblemException.unprocessable(
        "/amount",
        "amount must be millionths as a string, from 1 to "
            + DEPOSIT_MICROS_MAX
            + ", and an ISO 4217 currency.");
  }
}
