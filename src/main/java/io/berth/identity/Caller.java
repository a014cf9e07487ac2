package io.berth.identity;

import io.berth.platform.OrganizationId;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.platform.Scope;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Who makes the current request, as its token says. */
@RequestScoped
public class Caller {

  private static final String ORGANIZATION_CLAIM = "organization";

  private final SecurityIdentity identity;

  Caller(SecurityIdentity identity) {
    this.identity = identity;
  }

  /**
   * The organization that the caller acts for.
   *
   * @throws ProblemException 403 where the token names none
   */
  public OrganizationId organization() {
    if (identity.getPrincipal() instanceof JsonWebToken token
        && token.getClaim(ORGANIZATION_CLAIM) instanceof Object claim) {
      try {
        return OrganizationId.fromString(claim.toString());
      } catch (IllegalArgumentException e) {
        throw forbidden("The token's claim 'organization' is not an organization's id.");
      }
    }
    throw forbidden("The token has no claim 'organization': ask the operator to set it.");
  }

  /** The token's subject. */
  public String subject() {
    return identity.getPrincipal() instanceof JsonWebToken token && token.getSubject() != null
        ? token.getSubject()
        : identity.getPrincipal().getName();
  }

  /** Whether the caller has the role. */
  public boolean has(String role) {
    return identity.hasRole(role);
  }

  /** Whether the caller may see every organization's rows: operators and compliance officers. */
  public boolean oversees() {
    return has(Role.OPERATOR) || has(Role.COMPLIANCE);
  }

  /** For whom the caller's reads and writes are made. */
  public Scope scope() {
    return oversees()
        ? Scope.oversight(organization(), subject())
        : Scope.of(organization(), subject());
  }

  private static ProblemException forbidden(String detail) {
    return new ProblemException(ProblemType.FORBIDDEN, detail);
  }
}
