package io.berth.screening;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A list as its authority publishes it: one file, or one archive of files. */
@Schema(
    description =
        "A published list: us-csl, the US Consolidated Screening List (JSON); us-sdn, OFAC's SDN list (advanced XML, or a ZIP archive of sdn.csv, alt.csv and add.csv); eu-fsf, the EU's financial sanctions files (XML 1.1); un-sc, the UN Security Council's consolidated list (XML); uk-sl, the UK Sanctions List (CSV)")
public enum SourceList {
  /**
   * The US Consolidated Screening List, JSON as on trade.gov: lists of three departments in one.
   */
  US_CSL("us-csl"),
  /**
   * OFAC's list of specially designated nationals: advanced XML, or the CSV files in an archive.
   */
  US_SDN("us-sdn"),
  /** The EU's consolidated list of financial sanctions, XML 1.1. */
  EU_FSF("eu-fsf"),
  /** The UN Security Council's consolidated list, XML. */
  UN_SC("un-sc"),
  /** The UK Sanctions List, CSV. */
  UK_SL("uk-sl");

  private final String wire;

  SourceList(String wire) {
    this.wire = wire;
  }

  /** The wire form. */
  @JsonValue
  public String wire() {
    return wire;
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} where it is not one. */
  @JsonCreator
  public static SourceList fromString(String wire) {
    for (SourceList list : values()) {
      if (list.wire.equals(wire)) {
        return list;
      }
    }
    throw new IllegalArgumentException("not a list that can be imported");
  }
}
