package org.ferrule.shell;

import java.util.List;

/**
 * A number over time, as a value of a {@link Status}: text draws it as a line of small bars, JSON has it as an array.
 *
 * @param points at even distances, oldest first; none is negative or infinite, NaN where nothing is known
 */
public record Series(List<Double> points) {
    public Series {
        points = List.copyOf(points);
    }
}
