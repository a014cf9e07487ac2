package io.berth.sandbox.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/** Cuts lists into pages. What is asked for next is what follows the last name of a page. */
final class ListPages {

  private ListPages() {}

  /**
   * One page of a list; the whole of it, in its own order, where it has no more.
   *
   * @param limit how many objects it has at the most
   * @param next what the page before said, or empty for the first
   */
  static ObjectNode page(ObjectNode list, int limit, String next) {
    String after = new String(Base64.getUrlDecoder().decode(next), StandardCharsets.UTF_8);
    List<JsonNode> items = new ArrayList<>();
    list.path("items").forEach(items::add);
    if (next.isEmpty() && items.size() <= limit) {
      return list;
    }
    items.removeIf(item -> key(item).compareTo(after) <= 0);
    items.sort(Comparator.comparing(ListPages::key));
    ArrayNode page = list.putArray("items");
    items.stream().limit(limit).forEach(page::add);
    if (items.size() > limit) {
      String last = key(items.get(limit - 1));
      list.withObject("/metadata")
          .put(
              "continue",
              Base64.getUrlEncoder().encodeToString(last.getBytes(StandardCharsets.UTF_8)))
          .put("remainingItemCount", items.size() - limit);
    }
    return list;
  }

  private static String key(JsonNode item) {
    JsonNode metadata = item.path("metadata");
    return metadata.path("namespace").asText() + "/" + metadata.path("name").asText();
  }
}
