package io.offspan.sample.policy;

/**
 * A rule with its name.
 *
 * @param name by which it is counted
 * @param type the word that chose the rule
 */
public record Policy(String name, String type, Rule rule) {}
