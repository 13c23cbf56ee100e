// The annotation of generated code, which is not part of the JDK any more.

package javax.annotation;

public @interface Generated {
  String[] value();

  String comments() default "";
}
