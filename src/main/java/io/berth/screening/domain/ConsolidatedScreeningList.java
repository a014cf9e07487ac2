package io.berth.screening.domain;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.berth.screening.NameStrength;
import io.berth.screening.PartyType;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The US Consolidated Screening List, JSON as the Department of Commerce publishes it on trade.gov:
 * an object with the array {@code results}, whose entries name the list that they come from.
 */
final class ConsolidatedScreeningList {

  private static final int RUN_BYTES_MAX = 4 << 20;

  /** What stands in brackets in the name of a source; every other source is the listing CSL. */
  private static final Map<String, String> LISTINGS =
      Map.of(
          "SDN", SdnCsv.LISTING,
          "EL", "EL",
          "DPL", "DPL",
          "MEU", "MEU",
          "UVL", "UVL");

  private static final String OTHER_LISTING = "CSL";

  private ConsolidatedScreeningList() {}

  static ParsedList read(InputStream in, ListLimits limits) {
    PartyCollector parties = new PartyCollector(limits);
    LocalDate asOf = null;
    boolean hasResults = false;
    try (JsonParser json =
        mapper(limits).createParser(new BoundedInput(in, limits.bytesMax(), RUN_BYTES_MAX))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw refusal(json, "expected an object with the array 'results'");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String member = json.currentName();
        JsonToken value = json.nextToken();
        if (member.equals("results")) {
          hasResults = true;
          readResults(json, value, parties);
        } else if (member.equals("sources") && value == JsonToken.START_ARRAY) {
          asOf = latest(asOf, json.readValueAsTree());
        } else {
          json.skipChildren();
        }
      }
      if (json.nextToken() != null) {
        throw refusal(json, "there is more after the end of the list");
      }
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new InvalidListException(
          "the file is not well-formed JSON: " + e.getOriginalMessage(),
          at == null ? 0 : at.getLineNr(),
          at == null ? 0 : at.getColumnNr(),
          e);
    } catch (CharConversionException e) {
      throw new InvalidListException("the file is not in UTF-8: " + e.getMessage(), 0, 0, e);
    } catch (IOException e) {
      throw new InvalidListException("the file cannot be read: " + e.getMessage(), 0, 0, e);
    }
    if (!hasResults) {
      throw new InvalidListException("there is no array 'results'", 1, 1);
    }
    return parties.finish(asOf);
  }

  private static ObjectMapper mapper(ListLimits limits) {
    return JsonMapper.builder(
            JsonFactory.builder()
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(limits.depthMax())
                        .maxStringLength(limits.textMax())
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build())
        .build();
  }

  private static void readResults(
      JsonParser json, @Nullable JsonToken value, PartyCollector parties) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      throw refusal(json, "'results' is not an array");
    }
    while (json.nextToken() == JsonToken.START_OBJECT) {
      JsonLocation at = json.currentTokenLocation();
      JsonNode entry = json.readValueAsTree();
      parties.add(party(entry, at), at.getLineNr(), at.getColumnNr());
    }
    if (json.currentToken() != JsonToken.END_ARRAY) {
      throw refusal(json, "an entry of 'results' is not an object");
    }
  }

  private static PartyBuilder party(JsonNode entry, JsonLocation at) {
    String source = text(entry, "source");
    if (source.isEmpty()) {
      throw new InvalidListException("an entry has no 'source'", at.getLineNr(), at.getColumnNr());
    }
    String listing = listing(source);
    PartyBuilder party =
        new PartyBuilder(listing, uid(entry, listing, source, at))
            .type(type(text(entry, "type")))
            .name(text(entry, "name"), NameStrength.PRIMARY)
            .country(text(entry, "country"))
            .country(text(entry, "vessel_flag"));
    if (listing.equals(OTHER_LISTING)) {
      party.programme(source);
    }
    each(entry, "alt_names", name -> party.name(name.asText(), NameStrength.STRONG));
    each(entry, "programs", programme -> party.programme(programme.asText()));
    each(entry, "nationalities", country -> party.country(country.asText()));
    each(entry, "citizenships", country -> party.country(country.asText()));
    each(entry, "dates_of_birth", date -> party.date(ListDates.orPrinted(date.asText())));
    each(
        entry,
        "addresses",
        address ->
            party
                .country(text(address, "country"))
                .address(
                    text(address, "address"),
                    text(address, "city"),
                    text(address, "state"),
                    text(address, "postal_code"),
                    text(address, "country")));
    each(
        entry,
        "ids",
        id -> party.identifier(text(id, "type"), text(id, "number"), text(id, "country")));
    return party;
  }

  /** Parties of OFAC keep the number that OFAC gave them, which is the same in its own files. */
  private static String uid(JsonNode entry, String listing, String source, JsonLocation at) {
    String number = text(entry, "entity_number");
    if (listing.equals(SdnCsv.LISTING) && !number.isEmpty()) {
      return number;
    }
    String id = text(entry, "id").isEmpty() ? text(entry, "_id") : text(entry, "id");
    if (id.isEmpty()) {
      throw new InvalidListException("an entry has no 'id'", at.getLineNr(), at.getColumnNr());
    }
    // Sources of one agency repeat a party under the same id.
    return listing.equals(OTHER_LISTING) ? code(source) + ":" + id : id;
  }

  private static String listing(String source) {
    return LISTINGS.getOrDefault(code(source), OTHER_LISTING);
  }

  /** The short form of a source: what stands in its last brackets. */
  private static String code(String source) {
    int open = source.lastIndexOf('(');
    int close = source.indexOf(')', Math.max(open, 0));
    return open < 0 || close < 0
        ? source.strip()
        : source.substring(open + 1, close).replace(" List", "").strip();
  }

  private static PartyType type(String printed) {
    return switch (printed.toLowerCase(Locale.ROOT)) {
      case "individual" -> PartyType.PERSON;
      case "entity" -> PartyType.ENTITY;
      case "vessel" -> PartyType.VESSEL;
      case "aircraft" -> PartyType.AIRCRAFT;
      default -> PartyType.UNKNOWN;
    };
  }

  private static @Nullable LocalDate latest(@Nullable LocalDate known, JsonNode sources) {
    LocalDate latest = known;
    for (JsonNode source : sources) {
      LocalDate date = ListDates.read(text(source, "source_last_updated"));
      if (date != null && (latest == null || date.isAfter(latest))) {
        latest = date;
      }
    }
    return latest;
  }

  private interface Piece {
    void take(JsonNode node);
  }

  private static void each(JsonNode entry, String member, Piece piece) {
    JsonNode pieces = entry.path(member);
    if (pieces.isArray()) {
      pieces.forEach(piece::take);
    }
  }

  /** A text or number; empty where it is missing or null. */
  private static String text(JsonNode node, String member) {
    JsonNode value = node.path(member);
    return value.isNull() || value.isMissingNode() ? "" : value.asText().strip();
  }

  private static InvalidListException refusal(JsonParser json, String message) {
    JsonLocation at = json.currentTokenLocation();
    return new InvalidListException(message, at.getLineNr(), at.getColumnNr());
  }
}
