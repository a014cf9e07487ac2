package io.berth.screening.domain;

import io.berth.screening.domain.NameScore.TokenPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;

/**
 * The words of many names. Finds names by words that are the same or nearly so, and scores them.
 *
 * <p>Words are numbered; each number has the names it stands in. Nearly equal words are found by
 * the pairs of letters that they share, which also finds slips in the first letter, and confirmed
 * by Jaro–Winkler similarity. Numbers in names are never nearly equal: the 601st institute is not
 * the 607th.
 */
public final class TokenIndex {

  /** Below it two words are two words. */
  private static final double SIMILARITY_MIN = 0.86;

  /** Words as short as this must be the same. */
  private static final int EXACT_LENGTH_MAX = 3;

  private static final double PAIRS_SHARED_MIN = 0.4;
  private static final double WEAK_WEIGHT = 0.1;
  private static final double COMMON_WEIGHT = 0.35;

  /** How much the words of the listed name count, against those of the name looked for. */
  private static final double LISTED_SHARE = 0.65;

  /** The same for a listed name of one word, which is easily a part of another name. */
  private static final double SINGLE_LISTED_SHARE = 0.4;

  private static final JaroWinklerSimilarity SIMILARITY = new JaroWinklerSimilarity();

  private final Map<String, Integer> numbers = new HashMap<>();
  private final String[] words;
  private final double[] weights;
  private final int[][] wordsOfName;
  private final double[] weightOfName;
  private final int[][] namesOfWord;
  private final Map<Integer, int[]> wordsOfPair;
  private final Map<String, int[]> namesByCompact;

  private TokenIndex(List<List<String>> names) {
    wordsOfName = new int[names.size()][];
    List<String> known = new ArrayList<>();
    Map<String, IntList> compact = new HashMap<>();
    for (int name = 0; name < names.size(); name++) {
      List<String> tokens = names.get(name);
      int[] own = new int[tokens.size()];
      for (int i = 0; i < own.length; i++) {
        String token = tokens.get(i);
        Integer number = numbers.get(token);
        if (number == null) {
          number = known.size();
          numbers.put(token, number);
          known.add(token);
        }
        own[i] = number;
      }
      wordsOfName[name] = own;
      compact.computeIfAbsent(compact(tokens), key -> new IntList()).add(name);
    }
    words = known.toArray(String[]::new);
    namesOfWord = names(wordsOfName, words.length);
    weights = new double[words.length];
    for (int word = 0; word < words.length; word++) {
      weights[word] = weight(words[word], namesOfWord[word].length, names.size());
    }
    weightOfName = new double[names.size()];
    for (int name = 0; name < wordsOfName.length; name++) {
      for (int word : wordsOfName[name]) {
        weightOfName[name] += weights[word];
      }
    }
    wordsOfPair = pairs(words);
    compact.remove("");
    namesByCompact = freeze(compact);
  }

  /** An index of names that were taken apart by {@link NameTokens#of}. */
  public static TokenIndex of(List<List<String>> names) {
    return new TokenIndex(names);
  }

  /** The names whose score is {@code scoreMin} at least, in no particular order. */
  public List<NameScore> search(List<String> query, double scoreMin) {
    if (query.isEmpty()) {
      return List.of();
    }
    Candidates candidates = new Candidates(query);
    List<NameScore> scores = new ArrayList<>();
    for (int i = 0; i < candidates.touchedCount; i++) {
      int name = candidates.touched[i];
      if (candidates.bound(name) >= scoreMin) {
        NameScore score = score(query, candidates.queryWeights, name);
        if (score.score() >= scoreMin) {
          scores.add(score);
        }
      }
    }
    return scores;
  }

  /** Sets words against each other, the nearest first, each once. */
  private NameScore score(List<String> query, double[] queryWeights, int name) {
    int[] listed = wordsOfName[name];
    boolean[] queryUsed = new boolean[query.size()];
    boolean[] listedUsed = new boolean[listed.length];
    double[][] similarity = new double[query.size()][listed.length];
    for (int q = 0; q < query.size(); q++) {
      for (int l = 0; l < listed.length; l++) {
        similarity[q][l] = similarity(query.get(q), words[listed[l]]);
      }
    }
    List<TokenPair> pairs = new ArrayList<>();
    double queryFound = 0;
    double listedFound = 0;
    while (true) {
      int bestQuery = -1;
      int bestListed = -1;
      double best = 0;
      for (int q = 0; q < query.size(); q++) {
        for (int l = 0; l < listed.length; l++) {
          // Of pairs that are equally near, the one that says more.
          if (!queryUsed[q] && !listedUsed[l] && similarity[q][l] > best) {
            best = similarity[q][l];
            bestQuery = q;
            bestListed = l;
          }
        }
      }
      if (bestQuery < 0) {
        break;
      }
      queryUsed[bestQuery] = true;
      listedUsed[bestListed] = true;
      queryFound += best * queryWeights[bestQuery];
      listedFound += best * weights[listed[bestListed]];
      pairs.add(new TokenPair(query.get(bestQuery), words[listed[bestListed]], best));
    }
    double score =
        combine(queryFound / sum(queryWeights), listedFound / weightOfName[name], listed);
    if (compact(query).equals(compact(Arrays.stream(listed).mapToObj(w -> words[w]).toList()))) {
      // The same letters, however they are spaced.
      score = Math.max(score, 0.97);
    }
    return new NameScore(
        name, score, pairs, unmatched(listed, listedUsed), unmatched(query, queryUsed));
  }

  private double combine(double queryShare, double listedShare, int[] listed) {
    int telling = 0;
    for (int word : listed) {
      telling += weights[word] > WEAK_WEIGHT ? 1 : 0;
    }
    double share = telling <= 1 ? SINGLE_LISTED_SHARE : LISTED_SHARE;
    return share * listedShare + (1 - share) * queryShare;
  }

  private List<String> unmatched(int[] listed, boolean[] used) {
    List<String> left = new ArrayList<>();
    for (int i = 0; i < listed.length; i++) {
      if (!used[i]) {
        left.add(words[listed[i]]);
      }
    }
    return left;
  }

  private static List<String> unmatched(List<String> query, boolean[] used) {
    List<String> left = new ArrayList<>();
    for (int i = 0; i < used.length; i++) {
      if (!used[i]) {
        left.add(query.get(i));
      }
    }
    return left;
  }

  /** 1 for the same word, 0 for two words, and between for one with slips. */
  private static double similarity(String one, String other) {
    if (one.equals(other)) {
      return 1;
    }
    if (one.length() <= EXACT_LENGTH_MAX
        || other.length() <= EXACT_LENGTH_MAX
        || hasDigit(one)
        || hasDigit(other)) {
      return 0;
    }
    double similarity = SIMILARITY.apply(one, other);
    return similarity < SIMILARITY_MIN ? 0 : similarity;
  }

  private static boolean hasDigit(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (Character.isDigit(word.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** Rare words say most: the logarithm of how many names have it, against all names. */
  private static double weight(String word, int names, int allNames) {
    if (NameTokens.isWeak(word)) {
      return WEAK_WEIGHT;
    }
    if (names <= 1 || allNames <= 2) {
      return 1;
    }
    double rarity = Math.log((double) allNames / names) / Math.log(allNames);
    // A small list says little about which words are common.
    double trust = Math.min(1, allNames / 1_000.0);
    return 1 - trust * (1 - COMMON_WEIGHT) * (1 - rarity);
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private static String compact(List<String> tokens) {
    StringBuilder compact = new StringBuilder();
    for (String token : tokens) {
      if (!NameTokens.isWeak(token)) {
        compact.append(token);
      }
    }
    return compact.toString();
  }

  private static int[][] names(int[][] wordsOfName, int wordCount) {
    IntList[] lists = new IntList[wordCount];
    for (int name = 0; name < wordsOfName.length; name++) {
      for (int word : wordsOfName[name]) {
        if (lists[word] == null) {
          lists[word] = new IntList();
        }
        if (lists[word].last() != name) {
          lists[word].add(name);
        }
      }
    }
    return Arrays.stream(lists).map(IntList::toArray).toArray(int[][]::new);
  }

  private static Map<Integer, int[]> pairs(String[] words) {
    Map<Integer, IntList> lists = new HashMap<>();
    for (int word = 0; word < words.length; word++) {
      if (words[word].length() > EXACT_LENGTH_MAX && !hasDigit(words[word])) {
        for (int pair : pairs(words[word])) {
          IntList list = lists.computeIfAbsent(pair, key -> new IntList());
          if (list.last() != word) {
            list.add(word);
          }
        }
      }
    }
    return freeze(lists);
  }

  /** The pairs of neighbouring letters, with one before the first and after the last. */
  private static int[] pairs(String word) {
    int[] pairs = new int[word.length() + 1];
    char before = '^';
    for (int i = 0; i < word.length(); i++) {
      pairs[i] = before << 16 | word.charAt(i);
      before = word.charAt(i);
    }
    pairs[word.length()] = before << 16 | '$';
    return pairs;
  }

  private static <K> Map<K, int[]> freeze(Map<K, IntList> lists) {
    Map<K, int[]> frozen = HashMap.newHashMap(lists.size());
    lists.forEach((key, list) -> frozen.put(key, list.toArray()));
    return frozen;
  }

  /** The names that one search comes upon, with a bound on each one's score. */
  private final class Candidates {

    private final double[] queryWeights;
    private final double queryWeight;
    private final float[] queryFound = new float[wordsOfName.length];
    private final float[] listedFound = new float[wordsOfName.length];
    private final int[] touched = new int[wordsOfName.length];
    private final boolean[] isTouched = new boolean[wordsOfName.length];
    private final boolean[] isCompact = new boolean[wordsOfName.length];
    private int touchedCount;

    Candidates(List<String> query) {
      queryWeights = new double[query.size()];
      boolean hasTelling = false;
      for (int q = 0; q < queryWeights.length; q++) {
        Integer known = numbers.get(query.get(q));
        queryWeights[q] =
            known == null ? NameTokens.isWeak(query.get(q)) ? WEAK_WEIGHT : 1 : weights[known];
        hasTelling |= queryWeights[q] > WEAK_WEIGHT;
      }
      queryWeight = sum(queryWeights);
      double weakLeft = 0;
      for (int q = 0; q < queryWeights.length; q++) {
        // Names are never found by legal forms, unless there is nothing else.
        if (hasTelling && queryWeights[q] <= WEAK_WEIGHT) {
          weakLeft += queryWeights[q];
        } else {
          find(query.get(q), queryWeights[q]);
        }
      }
      for (int i = 0; i < touchedCount; i++) {
        queryFound[touched[i]] += (float) weakLeft;
        listedFound[touched[i]] += (float) weakLeft;
      }
      for (int name : namesByCompact.getOrDefault(compact(query), new int[0])) {
        touch(name);
        isCompact[name] = true;
      }
    }

    /** No less than the name's score can be. */
    double bound(int name) {
      if (isCompact[name]) {
        return 1;
      }
      double queryShare = Math.min(1, queryFound[name] / queryWeight);
      double listedShare = Math.min(1, listedFound[name] / weightOfName[name]);
      return combine(queryShare, listedShare, wordsOfName[name]) + 1e-4;
    }

    private void find(String token, double weight) {
      Integer same = numbers.get(token);
      if (same != null) {
        found(same, 1, weight);
      }
      if (token.length() <= EXACT_LENGTH_MAX || hasDigit(token)) {
        return;
      }
      int[] pairs = pairs(token);
      byte[] shared = new byte[words.length];
      IntList seen = new IntList();
      for (int pair : pairs) {
        for (int word : wordsOfPair.getOrDefault(pair, new int[0])) {
          if (shared[word] == 0) {
            seen.add(word);
          }
          if (shared[word] < Byte.MAX_VALUE) {
            shared[word]++;
          }
        }
      }
      for (int i = 0; i < seen.size(); i++) {
        int word = seen.get(i);
        int longer = Math.max(pairs.length, words[word].length() + 1);
        if (shared[word] >= longer * PAIRS_SHARED_MIN && (same == null || same != word)) {
          double similarity = similarity(token, words[word]);
          if (similarity > 0) {
            found(word, similarity, weight);
          }
        }
      }
    }

    private void found(int word, double similarity, double weight) {
      for (int name : namesOfWord[word]) {
        touch(name);
        queryFound[name] += (float) (similarity * weight);
        listedFound[name] += (float) (similarity * weights[word]);
      }
    }

    private void touch(int name) {
      if (!isTouched[name]) {
        isTouched[name] = true;
        touched[touchedCount++] = name;
      }
    }
  }

  /** A growing array of integers. */
  private static final class IntList {

    private int[] values = new int[4];
    private int size;

    void add(int value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }

    int last() {
      return size == 0 ? -1 : values[size - 1];
    }

    int get(int index) {
      return values[index];
    }

    int size() {
      return size;
    }

    int[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }
}
