package io.troupe.data.dataset;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The content of the first row of a table of numbers, without the label. */
enum FirstRow {
  /** Names of columns; some may be whole numbers, such as years. */
  NAMES,
  /** Numbers. */
  NUMBERS,
  /** Some numbers and some fields that cannot be names, such as missing values. */
  NEITHER;

  private static final int MIN_POSITIONS = 3;
  private static final Pattern WHOLE = Pattern.compile("\\d{1,9}");
  private static final Set<String> MISSING =
      Set.of("na", "n/a", "nan", "null", "none", "inf", "-inf", "infinity", "?", "-", "nil");

  /** Classifies the fields of a first row. */
  static FirstRow of(List<String> fields) {
    List<String> names = fields.stream().filter(field -> !CsvTable.isNumber(field)).toList();
    List<String> numbers = fields.stream().filter(CsvTable::isNumber).toList();
    if (names.isEmpty()) {
      return NUMBERS;
    }
    if (numbers.isEmpty()) {
      return names.stream().allMatch(FirstRow::isMissing) && names.size() > 1 ? NEITHER : NAMES;
    }
    if (fields.get(0).isEmpty() && areCounted(fields.subList(1, fields.size()))) {
      return NAMES; // those of pandas, after a column for its index
    }
    boolean areNames =
        names.stream().allMatch(FirstRow::isName)
            && numbers.stream().allMatch(number -> WHOLE.matcher(number).matches())
            && new HashSet<>(numbers).size() == numbers.size();
    return areNames ? NAMES : NEITHER;
  }

  private static boolean isMissing(String field) {
    return field.isEmpty() || MISSING.contains(field.toLowerCase(Locale.ROOT));
  }

  private static boolean isName(String field) {
    return !isMissing(field) && (Character.isLetter(field.charAt(0)) || field.charAt(0) == '_');
  }

  /** Returns whether fields count the columns from 0 or from 1, as pandas names them. */
  static boolean isPositions(List<String> fields) {
    return fields.size() >= MIN_POSITIONS && areCounted(fields);
  }

  private static boolean areCounted(List<String> fields) {
    int first = fields.get(0).equals("0") ? 0 : 1;
    for (int i = 0; i < fields.size(); i++) {
      if (!fields.get(i).equals(String.valueOf(first + i))) {
        return false;
      }
    }
    return true;
  }
}
