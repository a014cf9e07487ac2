package io.berth.identity;

/** Roles as they stand in a token's {@code groups} claim. */
public final class Role {

  /** Leases capacity. */
  public static final String TENANT = "tenant";

  /** Brings clusters and offers their capacity. */
  public static final String PROVIDER = "provider";

  /** Runs the marketplace. */
  public static final String OPERATOR = "operator";

  /** Verifies facts and decides cases. */
  public static final String COMPLIANCE = "compliance";

  private Role() {}
}
