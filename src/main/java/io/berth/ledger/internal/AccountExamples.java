package io.berth.ledger.internal;

/** Examples for the contract. */
final class AccountExamples {

  static final String DEPOSIT =
      """
      {
        "organizationId": "org_agrat3z4yf2y5gx323akgbowqi",
        "amount": {"amountMicros": "5000000000", "currency": "USD"},
        "reference": "wire-2026-11-0001"
      }
      """;

  static final String ACCOUNT =
      """
      {
        "id": "account_agrat3z4zq2xblx4dnppzsfrwa",
        "organizationId": "org_agrat3z4yf2y5gx323akgbowqi",
        "kind": "tenant",
        "balance": {"amountMicros": "5000000000", "currency": "USD"},
        "reserved": {"amountMicros": "94400000", "currency": "USD"},
        "available": {"amountMicros": "4905600000", "currency": "USD"}
      }
      """;

  static final String PAGE = "{\"items\": [" + ACCOUNT + "]}";

  private AccountExamples() {}
}
