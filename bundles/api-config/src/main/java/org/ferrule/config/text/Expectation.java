package org.ferrule.config.text;

/**
 * Something that may come next.
 *
 * @param text the whole word; empty if any text of some form is expected
 * @param help one line
 * @param group what sort of thing it is: "Properties", "Values", "Names", "Operators"
 * @param complete whether the word is finished by it
 */
public record Expectation(String text, String help, String group, boolean complete) {}
