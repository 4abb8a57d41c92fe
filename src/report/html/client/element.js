/** An element with a class and children; strings become text nodes, so nothing foreign is ever parsed as markup. */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  made.append(...children.filter((child) => child !== undefined && child !== ''));
  return made;
}
