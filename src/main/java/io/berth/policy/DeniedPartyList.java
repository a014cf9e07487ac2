package io.berth.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A list of parties that an authority restricts. */
@Schema(
    description =
        "A list of restricted parties: SDN, specially designated nationals of the US Treasury (31 CFR chapter V); EL, the US Entity List (15 CFR part 744, supplement 4); DPL, the US Denied Persons List (15 CFR 764.3); MEU, the US Military End-User List (part 744, supplement 7); UVL, the US Unverified List (supplement 6); CSL, another list of the US Consolidated Screening List; EU_FSF, UN_SC and UK_SL, those under financial sanctions of the EU, the UN Security Council and the United Kingdom")
public enum DeniedPartyList {
  /** Specially designated nationals: blocked by the US Treasury (31 CFR chapter V). */
  @JsonProperty("SDN")
  SDN("SDN"),
  /** The US Entity List (15 CFR part 744, supplement 4). */
  @JsonProperty("EL")
  ENTITY_LIST("EL"),
  /** The US Denied Persons List: orders that take away export privileges (15 CFR 764.3). */
  @JsonProperty("DPL")
  DENIED_PERSONS("DPL"),
  /** The US Military End-User List (15 CFR part 744, supplement 7). */
  @JsonProperty("MEU")
  MILITARY_END_USER("MEU"),
  /** The US Unverified List (15 CFR part 744, supplement 6). */
  @JsonProperty("UVL")
  UNVERIFIED("UVL"),
  /** Another list of the US Consolidated Screening List. */
  @JsonProperty("CSL")
  CSL_OTHER("CSL"),
  /** Persons and entities under financial sanctions of the EU. */
  @JsonProperty("EU_FSF")
  EU_FSF("EU_FSF"),
  /** The UN Security Council's consolidated list. */
  @JsonProperty("UN_SC")
  UN_SC("UN_SC"),
  /** The UK Sanctions List. */
  @JsonProperty("UK_SL")
  UK_SL("UK_SL");

  private final String listing;

  DeniedPartyList(String listing) {
    this.listing = listing;
  }

  /** The name under which organizations' facts keep it. */
  public String listing() {
    return listing;
  }
}
