package io.troupe.deploy.groups;

/** Prints groups. */
public sealed interface GroupPrinter permits GroupTable, GroupJson {

  /** Prints a group. */
  void print(GroupEntry entry);

  /** Prints what follows the last group. */
  void finish();
}
