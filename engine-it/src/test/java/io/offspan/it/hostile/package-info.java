/** Bad input of every kind: named cases with a stated outcome, and fuzzing in processes of their own. */
package io.offspan.it.hostile;
