package io.berth.inventory;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Whose control a licence or the like lifts: the authority that issues it. No authority can permit
 * what another one forbids, so a rule names those that clear it.
 */
@Schema(
    description =
        "The authority whose control a licence lifts: US-BIS, US Bureau of Industry and Security (15 CFR parts 730 to 774); US-OFAC, US Office of Foreign Assets Control (31 CFR chapter V); EU-DUAL-USE, an EU member state's authority under Regulation (EU) 2021/821; UK-ECJU, UK Export Control Joint Unit; NL-CDIU, Dutch authority for national measures beside the regulation; JP-METI, Japanese Ministry of Economy, Trade and Industry; SG-CUSTOMS, Singapore Customs; MY-MITI, Malaysian Ministry of Investment, Trade and Industry; CN-MOFCOM, Chinese Ministry of Commerce")
public enum Regime {
  /** US Bureau of Industry and Security: licences and exceptions of 15 CFR parts 730 to 774. */
  @JsonProperty("US-BIS")
  US_BIS("US-BIS"),
  /** US Office of Foreign Assets Control: licences of 31 CFR chapter V. */
  @JsonProperty("US-OFAC")
  US_OFAC("US-OFAC"),
  /** A member state's authority, for authorisations under Regulation (EU) 2021/821. */
  @JsonProperty("EU-DUAL-USE")
  EU_DUAL_USE("EU-DUAL-USE"),
  /** UK Export Control Joint Unit: licences under the Export Control Order 2008. */
  @JsonProperty("UK-ECJU")
  UK_ECJU("UK-ECJU"),
  /** The Dutch authority, for national measures beside Regulation (EU) 2021/821. */
  @JsonProperty("NL-CDIU")
  NL_CDIU("NL-CDIU"),
  /** Japanese Ministry of Economy, Trade and Industry. */
  @JsonProperty("JP-METI")
  JP_METI("JP-METI"),
  /** Singapore Customs: permits under the Strategic Goods (Control) Act 2002. */
  @JsonProperty("SG-CUSTOMS")
  SG_CUSTOMS("SG-CUSTOMS"),
  /** Malaysian ministry: permits under the Strategic Trade Act 2010. */
  @JsonProperty("MY-MITI")
  MY_MITI("MY-MITI"),
  /** Chinese Ministry of Commerce. */
  @JsonProperty("CN-MOFCOM")
  CN_MOFCOM("CN-MOFCOM");

  private final String wire;

  Regime(String wire) {
    this.wire = wire;
  }

  /** As it is written, such as {@code US-BIS}. */
  public String wire() {
    return wire;
  }
}
