package dev.fairlead.balancer.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.VarHandle;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the public types of the library show of themselves. */
class PublicApiTest {
  private final LibraryClasses library = LibraryClasses.OF_THIS_BUILD;

  @Test
  void showsNothingThatTheUserCannotName() throws Exception {
    List<String> leaks = new ArrayList<>();
    int seen = 0;
    for (Class<?> each : library.classes()) {
      if (!canBeNamed(each)) {
        continue;
      }
      seen++;
      for (Class<?> shown : shownBy(each)) {
        if (shown.getModule() != Object.class.getModule() && !canBeNamed(shown)) {
          leaks.add(each.getName() + " shows " + shown.getName());
        }
      }
    }
    assertThat(seen).isPositive();
    assertThat(leaks).isEmpty();
  }

  @Test
  void keepsNoStateThatTwoBalancersWouldShare() throws Exception {
    List<String> states = new ArrayList<>();
    for (Class<?> each : library.classes()) {
      for (Field field : each.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) && !field.isSynthetic() && !isConstant(field)) {
          states.add(field.toString());
        }
      }
    }
    assertThat(states).isEmpty();
  }

  /** Final, and of a type whose values do not change. */
  private static boolean isConstant(Field field) {
    Class<?> type = field.getType();
    return Modifier.isFinal(field.getModifiers())
        && (type.isPrimitive()
            || type == String.class
            || type.getPackageName().equals("java.time")
            || VarHandle.class.isAssignableFrom(type)
            || type.getName().endsWith("FieldUpdater")
            || (isOurs(type)
                && Stream.of(type.getDeclaredFields()).allMatch(PublicApiTest::isSet)));
  }

  private static boolean isSet(Field field) {
    return Modifier.isFinal(field.getModifiers());
  }

  private static boolean isOurs(Class<?> type) {
    return type.getName().startsWith("dev.fairlead.balancer.");
  }

  private static boolean canBeNamed(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
      if (!Modifier.isPublic(each.getModifiers())) {
        return false;
      }
    }
    return isOurs(type);
  }

  /** Every class in the signatures of a type and of its public and protected members. */
  private static Set<Class<?>> shownBy(Class<?> type) {
    Set<Class<?>> shown = new HashSet<>();
    Set<Type> passed = new HashSet<>();
    add(type.getGenericSuperclass(), shown, passed);
    add(type.getGenericInterfaces(), shown, passed);
    add(type.getTypeParameters(), shown, passed);
    for (Field field : type.getDeclaredFields()) {
      if (isShown(field)) {
        add(field.getGenericType(), shown, passed);
      }
    }
    Stream.<Executable>concat(
            Stream.of(type.getDeclaredConstructors()), Stream.of(type.getDeclaredMethods()))
        .filter(PublicApiTest::isShown)
        .forEach(
            each -> {
              add(each.getTypeParameters(), shown, passed);
              add(each.getGenericParameterTypes(), shown, passed);
              add(each.getGenericExceptionTypes(), shown, passed);
              if (each instanceof Method method) {
                add(method.getGenericReturnType(), shown, passed);
              }
            });
    return shown;
  }

  private static boolean isShown(Member member) {
    return !member.isSynthetic()
        && (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
  }

  private static void add(Type[] types, Set<Class<?>> shown, Set<Type> passed) {
    for (Type type : types) {
      add(type, shown, passed);
    }
  }

  private static void add(Type type, Set<Class<?>> shown, Set<Type> passed) {
    if (type == null || !passed.add(type)) {
      return; // Above Object or an interface; or a type variable that is bound by itself.
    }
    switch (type) {
      case Class<?> each when each.isArray() -> add(each.getComponentType(), shown, passed);
      case Class<?> each when each.isPrimitive() -> {}
      case Class<?> each -> shown.add(each);
      case ParameterizedType each -> {
        add(each.getRawType(), shown, passed);
        add(each.getActualTypeArguments(), shown, passed);
      }
      case GenericArrayType each -> add(each.getGenericComponentType(), shown, passed);
      case TypeVariable<?> each -> add(each.getBounds(), shown, passed);
      case WildcardType each -> {
        add(each.getUpperBounds(), shown, passed);
        add(each.getLowerBounds(), shown, passed);
      }
      default -> throw new IllegalArgumentException(type.getTypeName());
    }
  }
}
