/** Two appliances under traffic, and everything that can go wrong with them. */
package org.ferrule.lab.chaos;
