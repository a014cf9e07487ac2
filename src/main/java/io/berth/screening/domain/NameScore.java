package io.berth.screening.domain;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How near a listed name is to the one looked for.
 *
 * @param name which listed name, by its place in the index
 * @param score from 0 to 1
 * @param pairs which words were set against each other
 * @param unmatchedListed words of the listed name that nothing stands for
 * @param unmatchedQuery words looked for that the listed name does not have
 */
public record NameScore(
    int name,
    double score,
    List<TokenPair> pairs,
    List<String> unmatchedListed,
    List<String> unmatchedQuery) {

  /** Two words that were set against each other. */
  public record TokenPair(String query, String listed, double similarity) {}

  /** In words. */
  public String explain() {
    StringBuilder words = new StringBuilder();
    words.append(
        pairs.stream()
            .map(pair ->
                pair.query().equals(pair.listed())
                    ? pair.query()
                    : String.format(
                        Locale.ROOT,
                        "%s ~ %s (%.2f)",
                        pair.query(),
                        pair.listed(),
                        pair.similarity()))
            .collect(Collectors.joining(", ", "Agree: ", ".")));
    if (!unmatchedListed.isEmpty()) {
      words.append(" Only listed: ").append(String.join(", ", unmatchedListed)).append('.');
    }
    if (!unmatchedQuery.isEmpty()) {
      words.append(" Only asked for: ").append(String.join(", ", unmatchedQuery)).append('.');
    }
    return words.toString();
  }
}
